import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.js';
import type { Acknowledged, Journal } from './journal.js';

/** A command over HTTP. */
export interface HttpCommand {
  readonly path: string;
  readonly body: object;
  /** The revision that goes into If-Match. */
  readonly seen?: string;
}

/** What a command came to. `lost`: no answer within the client's patience. */
export type Outcome =
  | { readonly kind: 'ok'; readonly answer: Acknowledged & { readonly id: string } }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  | { readonly kind: 'lost' };

/** Answers after which nobody knows, or nothing has happened yet: the same key is sent again. */
const again = (status: number, code: string): boolean =>
  status >= 500 || status === 429 || (status === 409 && ['COMMAND_STILL_RUNNING', 'CHANGED_MEANWHILE'].includes(code));

/**
 * One person at the API who does what a good client does: a new key per command, and the same key again until there is an answer.
 * Everything is written to the journal, also each missing answer.
 */
export class Client {
  private constructor(
    private readonly url: string,
    private readonly token: string,
    readonly subject: string,
    private readonly journal: Journal,
  ) {}

  static async of(api: Api, journal: Journal, role = 'township-officer', area = '430225'): Promise<Client> {
    return new Client(api.url, await api.token(role, area), `development:${role}`, journal);
  }

  /** The same person at another process of the service. */
  at(api: Api): Client {
    return new Client(api.url, this.token, this.subject, this.journal);
  }

  /** Sends a command until it is answered, at most for `patienceMs`; a try waits `tryMs` for its answer. */
  async send(
    key: string,
    { path, body, seen }: HttpCommand,
    { patienceMs = 60_000, tryMs = 15_000, signal }: { patienceMs?: number; tryMs?: number; signal?: AbortSignal } = {},
  ): Promise<Outcome> {
    this.journal.invoke(key, { http: { subject: this.subject, method: 'POST', path } });
    for (const end = performance.now() + patienceMs; ;) {
      const { status, code, answer } = await this.once(key, { path, body, ...(seen !== undefined && { seen }) }, tryMs);
      if (answer !== undefined) {
        this.journal.ok(key, answer);
        return { kind: 'ok', answer };
      }
      if (!again(status, code)) {
        this.journal.fail(key, `${status} ${code}`);
        return { kind: 'refused', status, code };
      }
      this.journal.unknown(key, `${status} ${code}`);
      if (performance.now() > end || signal?.aborted) return { kind: 'lost' };
      await sleep(50);
    }
  }

  /** One try; status 599 where there was no answer at all. */
  async once(
    key: string,
    { path, body, seen }: HttpCommand,
    tryMs = 15_000,
  ): Promise<{ status: number; code: string; answer?: Acknowledged & { id: string } }> {
    try {
      const response = await fetch(this.url + path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.token}`,
          'content-type': 'application/json',
          'idempotency-key': key,
          ...(seen !== undefined && { 'if-match': `"${seen}"` }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(tryMs),
      });
      const { status } = response;
      const told = (await response.json()) as Acknowledged & { id: string; code?: string };
      return { status, code: told.code ?? '', ...(response.ok && { answer: told }) };
    } catch (error) {
      return { status: 599, code: (error as Error).name };
    }
  }

  /** Reads; status 599 where there was no answer. */
  async get(path: string, tryMs = 15_000): Promise<{ status: number; body: Record<string, unknown> }> {
    try {
      const response = await fetch(this.url + path, {
        headers: { authorization: `Bearer ${this.token}` },
        signal: AbortSignal.timeout(tryMs),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    } catch (error) {
      return { status: 599, body: { error: (error as Error).name } };
    }
  }
}
