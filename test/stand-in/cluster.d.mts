import type { Link } from './link.mjs';

/** An answer that is an error, as gRPC carries it. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly exception?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What happens to one append: another answer and nothing stored; or stored, and then no answer, another one, or death. */
export type Fault = { readonly instead: Refusal } | { readonly after: 'silence' | 'die' | Refusal };

/** One record as it lies in the stand-in's log. */
export interface Kept {
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  readonly contentType: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface StandInLog {
  readonly records: readonly Kept[];
  append(
    stream: string,
    expected: bigint | 'any' | 'no_stream' | 'stream_exists',
    events: readonly Pick<Kept, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>[],
  ): { revision: bigint; position: bigint | undefined } | { conflict: bigint | 'no_stream' };
  softDelete(stream: string): void;
  tombstone(stream: string): void;
}

export interface StandInNode {
  readonly faults: Fault[];
  readonly calls: { append: number; batchAppend: number; read: number; subscribe: number };
  readonly lastAppend: { get(key: string): (string | Buffer)[] };
  dropSubscriptions(): void;
  muteSubscriptions(): void;
}

/** A server, or a cluster over one log, that speaks the gRPC protocol of EventStoreDB. */
export class StandIn {
  static start(options?: { readonly nodes?: number; readonly port?: number }): Promise<StandIn>;
  readonly log: StandInLog;
  readonly nodes: readonly StandInNode[];
  readonly links: readonly Link[];
  readonly url: string;
  leader: number | undefined;
  setAlive(index: number, alive: boolean): void;
  elect(index: number | undefined): void;
  kill(index?: number): Promise<void>;
  revive(index?: number): Promise<void>;
  stop(): Promise<void>;
}
