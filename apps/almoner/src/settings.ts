import { readArguments } from './arguments.js';
import type { Command } from './command.js';

const NO_DEFAULT = { en: '(none)', zh: '（无）' };
const DEFAULT = { en: 'default', zh: '默认' };

/** `settings`: every setting with its meaning and default. */
export const settingsCommand: Command = {
  name: 'settings',
  usage: '',
  summary: { en: 'List every setting with its meaning and default', zh: '列出全部设置项及其含义和默认值' },
  async run(args, { language, print }) {
    readArguments(args, { options: {} });
    const { describeSettings } = await import('#libs/platform');
    for (const setting of describeSettings()) {
      print(`${setting.name}  [${DEFAULT[language]}: ${setting.default ?? NO_DEFAULT[language]}]`);
      print(`    ${setting[language]}`);
    }
  },
};
