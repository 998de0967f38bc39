import type { Words } from '../command.js';

/** What an import is doing. */
export const states: Readonly<Record<'waiting' | 'running' | 'done' | 'failed', Words>> = {
  waiting: { en: 'waiting', zh: '等待中' },
  running: { en: 'under way', zh: '进行中' },
  done: { en: 'done', zh: '已完成' },
  failed: { en: 'refused', zh: '已拒绝' },
};

export const texts = {
  looking: { en: (file: string) => `looking through ${file} …`, zh: (file: string) => `正在检查 ${file} …` },
  progress: {
    en: (done: number, all: number, rate: number, left: number) =>
      `${done} of ${all} households, ${rate} a second, ${left} s left`,
    zh: (done: number, all: number, rate: number, left: number) =>
      `已处理 ${done} / ${all} 户，每秒 ${rate} 户，剩余 ${left} 秒`,
  },
  registered: {
    en: (count: number, dryRun: boolean) =>
      dryRun ? `${count} households could be registered` : `${count} households are registered`,
    zh: (count: number, dryRun: boolean) => (dryRun ? `${count} 户可以登记` : `${count} 户已登记`),
  },
  known: {
    en: (count: number, dryRun: boolean) =>
      dryRun
        ? `${count} persons are registered already and would be taken as they are; what the file says of them otherwise would not be recorded`
        : `${count} persons were registered already and taken as they are; what the file says of them otherwise was not recorded`,
    zh: (count: number, dryRun: boolean) =>
      dryRun
        ? `其中 ${count} 人已登记，将沿用其档案；文件中关于他们的其他内容不会登记`
        : `其中 ${count} 人此前已登记，沿用其档案；文件中关于他们的其他内容未登记`,
  },
  ignored: {
    en: (columns: string) => `columns that are not known were left alone: ${columns}`,
    zh: (columns: string) => `以下列名无法识别，已忽略：${columns}`,
  },
  rejected: {
    en: (count: number, file: string) =>
      `${count} households were not taken: correct their rows in ${file} and load that file. It holds personal data`,
    zh: (count: number, file: string) => `${count} 户未导入：请在 ${file} 中更正后重新导入该文件。文件含个人信息`,
  },
  kept: {
    en: (days: number, id: string) => `Rejected rows are kept for ${days} days; import forget ${id} removes them now`,
    zh: (days: number, id: string) => `未导入的行保留 ${days} 天；import forget ${id} 可立即删除`,
  },
  problem: {
    en: (line: number, column: string | undefined, code: string, text: string) =>
      `line ${line}${column === undefined ? '' : `, ${column}`}: ${code}: ${text}`,
    zh: (line: number, column: string | undefined, code: string, text: string) =>
      `第 ${line} 行${column === undefined ? '' : `，${column}`}：${code}：${text}`,
  },
  more: { en: (count: number) => `and ${count} more`, zh: (count: number) => `另有 ${count} 项` },
  stopped: {
    en: (file: string, id: string) => `stopped; go on with: import households ${file} --resume ${id}`,
    zh: (file: string, id: string) => `已停止；继续请运行：import households ${file} --resume ${id}`,
  },
  hindered: {
    en: (why: string, file: string, id: string) =>
      `it cannot go on for now (${why}); go on later with: import households ${file} --resume ${id}`,
    zh: (why: string, file: string, id: string) =>
      `暂时无法继续（${why}）；请稍后运行：import households ${file} --resume ${id}`,
  },
  elsewhere: { en: 'another process works on this import', zh: '另一进程正在处理该导入' },
  ended: { en: 'this import has ended: there is nothing to go on with', zh: '该导入已结束，无需继续' },
  unknown: { en: 'there is no such import', zh: '没有此导入任务' },
  unknownArea: { en: (code: string) => `there is no area ${code}`, zh: (code: string) => `没有区划 ${code}` },
  template: { en: (file: string) => `the template is in ${file}`, zh: (file: string) => `模板已写入 ${file}` },
  none: { en: 'there are no imports', zh: '没有导入任务' },
  forgotten: { en: 'its files are removed', zh: '其文件已删除' },
} as const;
