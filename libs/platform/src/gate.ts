import type { FastifyRequest } from 'fastify';

/** Lets a request in, or throws a {@link Problem}; sets the request's `caller`. A promise only where there is something to wait for. */
export type Enter = (request: FastifyRequest) => void | Promise<void>;

/** Port: who may use which route. */
export abstract class Gate {
  /**
   * What lets the requests of one route in, by what is declared at its method and its controller; undefined where everybody
   * may enter, without a token. Asked once for each route, when the service starts.
   */
  abstract of(method: object, controller: object): Enter | undefined;
}
