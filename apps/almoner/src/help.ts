import { readArguments } from './arguments.js';
import type { Command, Terminal } from './command.js';

const FRAME = {
  en: {
    usage: 'Usage: npm run -s almoner -- <command> [options]',
    commands: 'Commands:',
    language: 'Every command speaks the language of LANG (English or Chinese).',
  },
  zh: {
    usage: '用法：npm run -s almoner -- <命令> [选项]',
    commands: '命令：',
    language: '输出语言取自 LANG（中文或英文）。',
  },
} as const;

/** `help`: what the commands are. */
export const helpCommand = (commands: () => readonly Command[]): Command => ({
  name: 'help',
  usage: '',
  summary: { en: 'Show this help', zh: '显示本帮助' },
  async run(args, terminal) {
    readArguments(args, { options: {} });
    printHelp(commands(), terminal);
  },
});

/** Prints every command with its arguments and meaning. */
export function printHelp(commands: readonly Command[], { language, print }: Terminal): void {
  const frame = FRAME[language];
  print(frame.usage);
  print('');
  print(frame.commands);
  for (const { name, usage, summary } of commands) {
    print(`  ${`${name} ${usage}`.trimEnd()}`);
    print(`      ${summary[language]}`);
  }
  print('');
  print(frame.language);
}
