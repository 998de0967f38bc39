import { randomUUID } from 'node:crypto';
import type { RunningService } from './service.js';

/** An answer with what a test looks at. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One person at the API, by role, area and name. */
export class Officer {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async of(service: RunningService, role: string, area: string, name = role): Promise<Officer> {
    const token = await service.almoner('token', role, '--area', area, '--as', name);
    return new Officer(service.url, token.trim());
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('GET', path, undefined, headers);
  }

  /** A command; the key is new unless one is given, and `seen` goes into If-Match. */
  post(
    path: string,
    body: unknown,
    { key = randomUUID(), seen, ...headers }: { key?: string; seen?: string | number } & Record<string, unknown> = {},
  ): Promise<Answer> {
    return this.request('POST', path, body, {
      ...(headers as Record<string, string>),
      ...(key !== '' && { 'idempotency-key': key }),
      ...(seen !== undefined && { 'if-match': `"${seen}"` }),
    });
  }

  private async request(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : { text }) as Answer['body'],
    };
  }
}
