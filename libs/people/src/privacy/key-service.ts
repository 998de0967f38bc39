import { SealingUnavailable } from '#libs/event-sourcing';

/** A key to be wrapped. Wrapped, it can be unwrapped under the same name alone. */
export interface NamedKey {
  readonly name: string;
  readonly key: Buffer;
}

/** A key that only the key service can read, under which of its key-encryption keys. */
export interface WrappedKey {
  readonly name: string;
  readonly kekId: string;
  readonly wrapped: Buffer;
}

/** No key can be wrapped or unwrapped now; nothing was written. The message names no key's content. */
export class KeyServiceUnavailable extends SealingUnavailable {}

/**
 * Port: wraps data keys under key-encryption keys (KEK) that never leave it: a file, or a cloud's key management. Every
 * method takes many keys, since imports need many, and throws KeyServiceUnavailable and nothing else.
 */
export abstract class KeyService {
  /** The id of the KEK that keys are wrapped under from now on. */
  abstract currentKek(): Promise<string>;
  /** Whether it still holds a KEK, so that what is wrapped under it can be read. */
  abstract holds(kekId: string): Promise<boolean>;
  /** Wraps under the current KEK, in the order given. */
  abstract wrap(keys: readonly NamedKey[]): Promise<readonly WrappedKey[]>;
  /** The keys, in the order given. */
  abstract unwrap(keys: readonly WrappedKey[]): Promise<readonly Buffer[]>;
}
