import { connect, type Socket } from 'node:net';
import { quantile } from '../rounds.js';
import { caseId, visitBody } from './visit.js';

/** Asks the load client for one slice. */
export interface LoadOrder {
  readonly port: number;
  readonly token: string;
  readonly seconds: number;
  readonly inFlight: number;
  /** Number of the first request: decides the case, the revision and the key. */
  readonly from: number;
  /** How many cases are visited in turn. */
  readonly cases: number;
}

/** What came of it. */
export interface LoadReport {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 2xx, and the first of them. */
  readonly failed: number;
  readonly firstFailure?: string;
  /** Share of one processor that this client took: near 1 it would be what is measured. */
  readonly clientShare: number;
}

const body = JSON.stringify(visitBody);
const bodyBytes = Buffer.byteLength(body);

/** Request `n` as bytes: each with a key of its own and the revision that its case has by then. */
const requestOf = (n: number, { port, token, cases }: LoadOrder): string =>
  `POST /cases/${caseId(n % cases)}/home-visit HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n` +
  `content-type: application/json\r\nidempotency-key: bench-${n}\r\nif-match: "${1 + Math.floor(n / cases)}"\r\n` +
  `content-length: ${bodyBytes}\r\n\r\n${body}`;

/** Sends requests for some seconds, `inFlight` connections with one request each under way. Plain sockets: it must cost less than what it measures. */
async function load(order: LoadOrder): Promise<LoadReport> {
  const sockets = await Promise.all(Array.from({ length: order.inFlight }, () => open(order.port)));
  const latencies: number[] = [];
  const failures: string[] = [];
  let next = order.from;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = start + order.seconds * 1000;
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((done, failed) => {
          let begin = 0;
          const send = () => {
            begin = performance.now();
            socket.write(requestOf(next++, order), 'latin1');
          };
          readAnswers(socket, (answer) => {
            const now = performance.now();
            latencies.push(now - begin);
            if (!answer.startsWith('HTTP/1.1 2')) failures.push(answer);
            if (now < end) send();
            else socket.end(done);
          });
          socket.once('error', failed);
          socket.once('close', () => failed(new Error('the server closed the connection')));
          send();
        }),
    ),
  );
  const took = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return {
    requests: latencies.length,
    perSecond: latencies.length / (took / 1000),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    failed: failures.length,
    ...(failures[0] !== undefined && { firstFailure: failures[0].slice(0, 1_500) }),
    clientShare: (user + system) / 1000 / took,
  };
}

const open = (port: number): Promise<Socket> =>
  new Promise((ready, failed) => {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    socket.once('connect', () => ready(socket.off('error', failed))).once('error', failed);
  });

/** Calls back with each answer as it is whole; bodies have a `content-length`. */
function readAnswers(socket: Socket, whole: (answer: string) => void): void {
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received = received === '' ? chunk : received + chunk;
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(received);
    if (!length) throw new Error(`an answer without content-length: ${received.slice(0, 300)}`);
    const total = headEnd + 4 + Number(length[1]);
    if (received.length < total) return;
    const answer = received;
    received = '';
    whole(answer);
  });
}

process.on('message', (order: LoadOrder) => {
  load(order).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      process.stderr.write(`load client: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
