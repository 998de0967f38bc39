import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { announce } from './announce.js';
import { exampleAnswer } from './visit.js';

/** `node:http` alone: parses the body as JSON and answers with JSON. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { visitedOn: string };
    const answer = JSON.stringify(body.visitedOn === '' ? {} : exampleAnswer);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => announce({ port: (server.address() as AddressInfo).port, token: 'x'.repeat(300) }));
