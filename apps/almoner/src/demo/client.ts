import type { Role } from '#libs/access';
import type { Language } from '../language.js';
import { Failure } from '../command.js';

/** Who speaks to the service: a person with one role in one area. */
export interface Officer {
  readonly role: Role;
  readonly area: string;
  /** Another name is another person. */
  readonly name: string;
}

/** What every command answers. */
export interface Answer {
  readonly id: string;
  readonly revision: string;
  readonly position: string;
  readonly number?: string;
}

/** The service refused; the message names the request, the status and the reason. */
export class Refused extends Failure {
  constructor(
    request: string,
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(`${request} → ${status} ${code}: ${detail}`);
    this.name = 'Refused';
  }
}

/** The service does not answer at all. */
export class Unreachable extends Failure {
  constructor(readonly url: string) {
    super(`Nothing answers at ${url}: start it with npm start.`);
    this.name = 'Unreachable';
  }
}

export interface ClientOptions {
  readonly url: string;
  readonly language: Language;
  /** The bearer token of an officer. */
  readonly tokenOf: (officer: Officer) => Promise<string>;
  /** Begins every Idempotency-Key of this run. */
  readonly run: string;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

interface Request {
  readonly officer: Officer;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const ATTEMPTS = 6;
const PAGE = 200;
const TIMEOUT_MS = 30_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * The HTTP API as officers use it. Every read waits for what this client wrote last; every change names the revision
 * that the officer has just seen; every command has a key, so that repeating it after a broken connection is harmless.
 */
export class ServiceClient {
  private position: string | undefined;
  private commands = 0;

  constructor(private readonly options: ClientOptions) {}

  /** @throws Refused, Unreachable */
  async get<T>(officer: Officer, path: string): Promise<T> {
    const response = await this.send({ officer, method: 'GET', path: this.awaiting(path) });
    return (await response.json()) as T;
  }

  /** A read that is text, e.g. a bank file. @throws Refused, Unreachable */
  async text(officer: Officer, path: string, accept: string): Promise<string> {
    const response = await this.send({ officer, method: 'GET', path: this.awaiting(path), headers: { accept } });
    return response.text();
  }

  /** All pages of a list. @throws Refused, Unreachable */
  async all<T>(officer: Officer, path: string): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const next = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await this.get<Page<T>>(officer, `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}${next}`);
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return items;
  }

  /** Creates something. @throws Refused, Unreachable */
  create(officer: Officer, path: string, body: unknown): Promise<Answer> {
    return this.command(officer, path, body, {});
  }

  /**
   * Changes something that exists: looks at it first, then sends the command with the revision seen. When somebody else
   * was quicker, looks again. @throws Refused, Unreachable
   */
  async change(officer: Officer, thing: string, action: string, body: unknown = {}): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const { revision } = await this.get<{ readonly revision: string }>(officer, thing);
      try {
        return await this.command(officer, `${thing}/${action}`, body, { 'if-match': `"${revision}"` });
      } catch (error) {
        if (!(error instanceof Refused && error.code === 'REVISION_STALE') || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Makes sure that the service answers at all. @throws Unreachable */
  async requireService(): Promise<void> {
    try {
      await fetch(`${this.options.url}/health/live`, { signal: AbortSignal.timeout(5_000) });
    } catch {
      throw new Unreachable(this.options.url);
    }
  }

  /** By what the service knows an officer: the subject of the token. */
  async subjectOf(officer: Officer): Promise<string> {
    const [, claims = ''] = (await this.options.tokenOf(officer)).split('.');
    const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly sub: string };
    return sub;
  }

  private async command(officer: Officer, path: string, body: unknown, headers: Readonly<Record<string, string>>) {
    this.commands += 1;
    const key = `${this.options.run}-${this.commands}`;
    const response = await this.send({
      officer,
      method: 'POST',
      path,
      headers: { ...headers, 'idempotency-key': key, 'content-type': 'application/json' },
      body,
    });
    this.position = response.headers.get('almoner-position') ?? this.position;
    return (await response.json()) as Answer;
  }

  private awaiting(path: string): string {
    if (this.position === undefined) return path;
    return `${path}${path.includes('?') ? '&' : '?'}waitFor=${encodeURIComponent(this.position)}`;
  }

  private async send(request: Request): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.exchange(request);
      if (response?.ok) return response;
      const problem = response && (await refusalOf(request, response));
      const passing = problem === undefined || problem.status === 503 || problem.code === 'COMMAND_STILL_RUNNING';
      if (!passing || attempt === ATTEMPTS) throw problem ?? new Unreachable(this.options.url);
      await pause(250 * attempt);
    }
  }

  /** Undefined when no answer came. */
  private async exchange({ officer, method, path, headers, body }: Request): Promise<Response | undefined> {
    const authorization = `Bearer ${await this.options.tokenOf(officer)}`;
    try {
      return await fetch(`${this.options.url}${path}`, {
        method,
        headers: { authorization, 'accept-language': this.options.language, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      return undefined;
    }
  }
}

async function refusalOf({ method, path }: Request, response: Response): Promise<Refused> {
  const text = await response.text();
  const { code = 'UNKNOWN', detail = text.slice(0, 200), errors = [] } = problemIn(text);
  const fields = errors.map((error) => error.pointer ?? '').join(' ');
  return new Refused(`${method} ${path}`, response.status, code, `${detail} ${fields}`.trim());
}

interface ProblemBody {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer?: string }[];
}

function problemIn(text: string): ProblemBody {
  try {
    return JSON.parse(text) as ProblemBody;
  } catch {
    return {};
  }
}
