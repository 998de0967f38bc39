import { connect, createServer } from 'node:net';

/**
 * A line between a client and a server that can be cut, or fall silent, as lines and frozen machines do. Knows nothing of
 * what travels on it.
 */
export class Link {
  #pairs = new Set();
  #server;
  /** @type {'open' | 'silent' | 'no-answers' | 'refusing'} */
  #state = 'open';
  #silentWhenNew = false;
  port = 0;

  constructor(targetPort, targetHost = '127.0.0.1') {
    this.#server = createServer({ pauseOnConnect: true }, (client) => this.#join(client, targetPort, targetHost));
  }

  /** Listens on a port; on any free one by default. */
  async open(port = 0) {
    await new Promise((done, failed) => {
      this.#server.once('error', failed);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', failed);
        done();
      });
    });
    this.port = this.#server.address().port;
    return this;
  }

  /** Nothing passes in either direction, new connections are taken and hear nothing; it all goes on after `mend`. As SIGSTOP. */
  silence() {
    this.#state = 'silent';
    for (const pair of this.#pairs) pair.hold();
  }

  /** What the client says arrives; no answer comes back. What is cut so never comes. */
  loseAnswers() {
    this.#state = 'no-answers';
    for (const pair of this.#pairs) pair.deafen();
  }

  /** The connections that are open now fall silent for ever; new ones work. As a firewall that forgot them. */
  forget() {
    for (const pair of this.#pairs) pair.hold(true);
  }

  /** New connections are taken and hear nothing; those that are open go on. */
  silenceNew(yes = true) {
    this.#silentWhenNew = yes;
  }

  /** Ends every connection. */
  drop() {
    for (const pair of this.#pairs) pair.end();
  }

  /** Ends every connection and takes no new one. As a dead process. */
  refuse() {
    this.#state = 'refusing';
    this.drop();
    return new Promise((done) => this.#server.close(done));
  }

  /** All is well again. */
  async mend() {
    const was = this.#state;
    this.#state = 'open';
    this.#silentWhenNew = false;
    if (was === 'refusing') return void (await this.open(this.port));
    for (const pair of this.#pairs) pair.resume();
  }

  async close() {
    this.#state = 'refusing';
    this.drop();
    if (this.#server.listening) await new Promise((done) => this.#server.close(done));
  }

  #join(client, port, host) {
    const server = connect({ port, host, allowHalfOpen: false });
    client.setNoDelay(true);
    server.setNoDelay(true);
    let [deaf, held] = [false, false];
    server.on('data', (bytes) => void (deaf || client.write(bytes)));
    client.on('data', (bytes) => void server.write(bytes));
    const pair = {
      hold: (forEver = false) => {
        held ||= forEver;
        client.pause();
        server.pause();
      },
      deafen: () => (deaf = true),
      resume: () => {
        // Bytes of an answer are missing: nothing sensible can follow on this connection.
        if (deaf) return pair.end();
        if (held) return;
        client.resume();
        server.resume();
      },
      end: () => {
        this.#pairs.delete(pair);
        client.destroy();
        server.destroy();
      },
    };
    client.on('error', pair.end);
    server.on('error', pair.end);
    client.on('close', pair.end);
    // The server's last words still reach the client.
    server.on('close', () => client.end());
    this.#pairs.add(pair);
    if (this.#state === 'refusing') return pair.end();
    if (this.#state === 'silent' || this.#silentWhenNew) return pair.hold();
    if (this.#state === 'no-answers') pair.deafen();
    client.resume();
  }
}
