import { Link } from './link.mjs';
import { Log } from './log.mjs';
import { Node } from './node.mjs';

/**
 * A server, or a cluster of them over one log, that speaks the gRPC protocol of EventStoreDB. A link stands before each node,
 * so that it can freeze, fall silent or die. A stand-in is no proof against a real server.
 */
export class StandIn {
  log = new Log();
  nodes = [];
  links = [];
  /** Index of the node that leads; undefined while none does. */
  leader = 0;
  #alive = [];

  /** @param {{ nodes?: number, port?: number }} options a port makes the first node listen there */
  static async start({ nodes = 1, port = 0 } = {}) {
    const standIn = new StandIn();
    for (let index = 0; index < nodes; index++) {
      const node = new Node(standIn, index);
      await node.start();
      standIn.nodes.push(node);
      standIn.links.push(await new Link(node.port).open(index === 0 ? port : 0));
      standIn.#alive.push(true);
    }
    return standIn;
  }

  /** Connection string of the whole. */
  get url() {
    return `esdb://writer:secret@${this.links.map(({ port }) => `127.0.0.1:${port}`).join(',')}?tls=false`;
  }

  portOf(index) {
    return this.links[index].port;
  }

  isAlive(index) {
    return this.#alive[index];
  }

  /** The others take a node for dead or alive; as their gossip says. */
  setAlive(index, alive) {
    this.#alive[index] = alive;
  }

  /** Another node leads, or none. */
  elect(index) {
    this.leader = index;
  }

  /** As SIGKILL. Nobody leads after the leader's death until one is elected. */
  async kill(index = 0) {
    this.#alive[index] = false;
    if (this.leader === index && this.nodes.length > 1) this.leader = undefined;
    const node = this.nodes[index];
    // The link first: what was in flight gets no answer.
    await this.links[index].refuse();
    node.kill();
  }

  /** Starts a dead node at its old address. */
  async revive(index = 0) {
    const node = this.nodes[index];
    await node.start(node.port);
    await this.links[index].mend();
    this.#alive[index] = true;
    if (this.nodes.length === 1) this.leader = 0;
  }

  async stop() {
    await Promise.all(this.links.map((link) => link.close()));
    for (const node of this.nodes) node.kill();
  }
}
