import { randomUUID } from 'node:crypto';
import { readArguments } from './arguments.js';
import { UsageError, type Command, type Terminal } from './command.js';
import { isLanguage, type Language } from './language.js';

/** How the demonstration is run. */
export interface DemoRequest {
  /** Print one JSON object instead of the story. */
  readonly json: boolean;
  /** Where the service is, without a slash at the end. */
  readonly url: string;
  readonly language: Language;
}

/** Reads the arguments of `demo`. @throws UsageError */
export function parseDemoRequest(args: readonly string[], { env, language }: Omit<Terminal, 'print'>): DemoRequest {
  const { values } = readArguments(args, {
    options: { json: { type: 'boolean' }, url: { type: 'string' }, language: { type: 'string' } },
  });
  const {
    json = false,
    url = `http://127.0.0.1:${env['PORT']?.trim() || '3000'}`,
    language: wanted = language,
  } = values;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError('--url must be a URL that begins with http:// or https://');
  if (!isLanguage(wanted)) throw new UsageError('--language must be en or zh');
  return { json, url: url.replace(/\/+$/, ''), language: wanted };
}

/** `demo`: one family's way from the application to the annual re-check, through the running service. */
export const demoCommand: Command = {
  name: 'demo',
  usage: '[--json] [--url <url>] [--language en|zh]',
  summary: {
    en: 'Take one family through the running service; moves its clock on by a good year',
    zh: '让一个家庭走完运行中服务的全过程；程序时钟将前移一年多',
  },
  async run(args, terminal) {
    const request = parseDemoRequest(args, terminal);
    const { language, url, json } = request;
    const { narratorAt, silentNarrator } = await import('./demo/narrator.js');
    const { OfficeHours } = await import('./demo/office-hours.js');
    const { ServiceClient } = await import('./demo/client.js');
    const { Story } = await import('./demo/story.js');

    const { keepTokens } = await import('./demo/officers.js');
    const { openIssuer } = await import('./development-tokens.js');

    const issuer = await openIssuer(terminal.env);
    const tokenOf = keepTokens((officer) => issuer.issue(officer));
    const client = new ServiceClient({ url, language, tokenOf, run: randomUUID() });
    await client.requireService();
    const narrator = json ? silentNarrator : narratorAt({ ...terminal, language });
    narrator.line('begin', url);
    const result = await new Story(client, new OfficeHours(client), narrator, language).tell();
    if (json) terminal.print(JSON.stringify(result, null, 2));
  },
};
