import { readArguments } from './arguments.js';
import { UsageError, type Command } from './command.js';

/** Whom a development token is for; the issuer knows what stands for what is left out. */
export interface TokenRequest {
  readonly role: string;
  readonly area?: string;
  /** Another name is another person. */
  readonly name?: string;
}

/** Reads the arguments of `token`; whether the role exists is asked later. @throws UsageError */
export function parseTokenRequest(args: readonly string[]): TokenRequest {
  const { values, words } = readArguments(args, {
    options: { area: { type: 'string' }, as: { type: 'string' } },
    words: ['role'],
  });
  const [role = ''] = words;
  const { area, as: name } = values;
  if (area !== undefined && !/^(\d{6}|\d{9}|\d{12})$/.test(area))
    throw new UsageError('--area must be an area code of 6, 9 or 12 digits');
  if (name?.trim() === '') throw new UsageError('--as must be a name');
  return { role, ...(area === undefined ? {} : { area }), ...(name === undefined ? {} : { name }) };
}

/** `token`: prints a development token, and nothing else. */
export const tokenCommand: Command = {
  name: 'token',
  usage: '<role> [--area <code>] [--as <name>]',
  summary: {
    en: 'Print a development token that lasts twelve hours; another name is another person',
    zh: '输出一个有效十二小时的开发令牌；不同姓名即不同人员',
  },
  async run(args, { env, print }) {
    const { role, ...rest } = parseTokenRequest(args);
    const { isRole, ROLES } = await import('#libs/access');
    if (!isRole(role)) throw new UsageError(`unknown role '${role}': one of ${Object.keys(ROLES).join(', ')}`);
    const { openIssuer } = await import('./development-tokens.js');
    const issuer = await openIssuer(env);
    print(await issuer.issue({ role, ...rest }));
  },
};
