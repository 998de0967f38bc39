import { describe, expect, it } from '@jest/globals';
import type { Terminal } from './command.js';
import { runCommandLine } from './commands.js';
import { parseDemoRequest } from './demo.js';

const terminalIn = (language: Terminal['language']) => {
  const printed: string[] = [];
  const terminal: Terminal = { env: {}, language, print: (line) => void printed.push(line) };
  return { terminal, printed };
};

describe('command line', () => {
  it.each([[[]], [['help']], [['--help']], [['-h']]])('%j shows every command', async (args) => {
    const { terminal, printed } = terminalIn('en');
    await runCommandLine(args, terminal);
    expect(printed.filter((line) => /^ {2}\w/.test(line)).map((line) => line.trim().split(' ')[0])).toEqual([
      'demo',
      'token',
      'settings',
      'projections',
      'outbox',
      'areas',
      'import',
      'seed',
      'doubles',
      'erasures',
      'backup',
      'restore',
      'keys',
      'bench',
      'help',
    ]);
  });

  it('helps in Chinese', async () => {
    const { terminal, printed } = terminalIn('zh');
    await runCommandLine(['help'], terminal);
    expect(printed.join('\n')).toContain('用法');
  });

  it.each([
    [['dance'], "unknown command 'dance'"],
    [['help', 'me'], "unexpected argument 'me'"],
    [['settings', '--all'], "unknown option '--all'"],
    [['demo', '--fast'], "unknown option '--fast'"],
    [['token'], '<role> is missing'],
    [['backup'], '<folder> is missing'],
    [['restore', '--force', 'folder'], "unknown option '--force'"],
    [['doubles'], '--area must be the code of an area, such as 430225'],
    [['doubles', '--area', '430225', '--min-score', '59'], '--min-score must be a whole number from 60 to 100'],
    [['keys', 'dance', 'file'], "unknown word 'dance': one of backup, restore, show, rotate, rewrap"],
    [['bench', 'dance'], "unknown benchmark 'dance': one of append, read, project, http, rebuild, people"],
    [['bench', 'append', 'twice'], "unexpected argument 'twice'"],
  ])('%j is refused in one line', async (args, line) => {
    await expect(runCommandLine(args, terminalIn('en').terminal)).rejects.toMatchObject({
      name: 'UsageError',
      message: line,
    });
  });
});

describe('bench', () => {
  it('lists what can be measured, and needs no database for that', async () => {
    const { terminal, printed } = terminalIn('en');
    await runCommandLine(['bench'], terminal);
    expect(printed.map((line) => line.split(' ')[0])).toEqual([
      'append',
      'read',
      'project',
      'http',
      'rebuild',
      'people',
    ]);
  });

  it.each([
    [['bench', 'sleep'], /unknown benchmark 'sleep': one of append, read, project, http, rebuild/],
    [['bench', 'append', '--sizes', '10x'], /'10x' is no size/],
    [['bench', 'append', '--sizes', ''], /'' is no size/],
  ])('%j is refused in one line', async (args, line) => {
    await expect(runCommandLine(args, terminalIn('en').terminal)).rejects.toThrow(line);
  });

  it('says that it knows no database server', async () => {
    await expect(runCommandLine(['bench', 'append'], terminalIn('en').terminal)).rejects.toMatchObject({
      name: 'Failure',
      message: expect.stringContaining('DATABASE_URL'),
    });
  });
});

describe('demo arguments', () => {
  const at = (env: Terminal['env']) => ({ env, language: 'en' as const });

  it('find the service by its port', () => {
    expect(parseDemoRequest([], at({}))).toEqual({ json: false, url: 'http://127.0.0.1:3000', language: 'en' });
    expect(parseDemoRequest([], at({ PORT: '4001' })).url).toBe('http://127.0.0.1:4001');
  });

  it('take another address, language and form', () => {
    expect(parseDemoRequest(['--json', '--url', 'https://aid.example/', '--language=zh'], at({}))).toEqual({
      json: true,
      url: 'https://aid.example',
      language: 'zh',
    });
  });

  it.each([
    [['--url', 'localhost'], '--url must be a URL that begins with http:// or https://'],
    [['--url', 'ftp://localhost'], '--url must be a URL that begins with http:// or https://'],
    [['--language', 'fr'], '--language must be en or zh'],
  ])('%j is refused in one line', (args, line) => {
    expect(() => parseDemoRequest(args, at({}))).toThrow(line);
  });
});
