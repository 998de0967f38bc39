import { writeFileSync } from 'node:fs';
import type { EventRegister } from '#libs/event-sourcing';
import { eventRegisters } from './registers.js';

const words = {
  en: {
    intro: `# Events

[简体中文](events.zh-CN.md)

Every type of event that the log can hold, with the version that is written today. Earlier versions are read as the shape of
today. What all events have in common is in ADR [0003](adr/0003-canonical-bytes.md) and [0006](adr/0006-event-names-and-data.md);
how a shape changes is in ADR [0020](adr/0020-event-versions.md). This page is made by \`npm run events-doc\`.`,
    shapes: (source: string, golden: string) =>
      `The shapes of the data are the types of the same names in [\`${source}\`](../${source}); one event of each type and version, as it was stored, is in [\`${golden}\`](../${golden}).`,
    head: '| Type | Version | What happened |',
  },
  zh: {
    intro: `# 事件

[English](events.md)

日志可能包含的全部事件类型及现行版本。早期版本按现行结构读取。各类事件的共同约定见 ADR
[0003](adr/0003-canonical-bytes.md) 和 [0006](adr/0006-event-names-and-data.md)；结构如何变更见 ADR
[0020](adr/0020-event-versions.md)。本页由 \`npm run events-doc\` 生成。`,
    shapes: (source: string, golden: string) =>
      `数据结构即 [\`${source}\`](../${source}) 中同名的类型；每个类型、每个版本各有一条当时存储的事件，见 [\`${golden}\`](../${golden})。`,
    head: '| 类型 | 版本 | 发生了什么 |',
  },
} as const;

function page(language: 'en' | 'zh'): string {
  const { intro, shapes, head } = words[language];
  const section = (register: EventRegister) => {
    const { category, source, types } = register;
    const rows = Object.entries(types).map(([type, each]) => `| \`${type}\` | ${each.version} | ${each[language]} |`);
    return [
      `## \`${category}-<id>\``,
      register[language],
      shapes(source, `test/golden/${category}.jsonl`),
      [head, '| --- | --- | --- |', ...rows].join('\n'),
    ].join('\n\n');
  };
  return `${[intro, ...eventRegisters.map(section)].join('\n\n')}\n`;
}

/** Writes the list of all events to the files named on the command line, in Chinese where the name says so; needs a build only. */
for (const file of process.argv.slice(2)) writeFileSync(file, page(file.endsWith('.zh-CN.md') ? 'zh' : 'en'));
