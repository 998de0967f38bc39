import { readArguments } from './arguments.js';
import { UsageError, type Command } from './command.js';

const texts = {
  none: { en: 'no likely doubles', zh: '没有疑似重复档案' },
  total: { en: (count: number) => `${count} pairs`, zh: (count: number) => `共 ${count} 对` },
} as const;

/** `doubles`: which files of an area may be of one person. */
export const doublesCommand: Command = {
  name: 'doubles',
  usage: '--area <code> [--min-score <60-100>] [--json]',
  summary: {
    en: 'List files of an area that may be of one person, with score and reasons, without names; noted in the read log',
    zh: '列出区划内疑似属于同一人的档案，附分值与理由，不显示姓名；查阅记入日志',
  },
  async run(args, { env, language, print }) {
    const text = { type: 'string' } as const;
    const { values } = readArguments(args, {
      options: { area: text, 'min-score': text, json: { type: 'boolean' } },
    });
    const { area, json = false } = values;
    if (area === undefined || !/^\d{6,12}$/.test(area))
      throw new UsageError('--area must be the code of an area, such as 430225');
    const minScore = values['min-score'] ?? '60';
    if (!/^([6-9]\d|100)$/.test(minScore)) throw new UsageError('--min-score must be a whole number from 60 to 100');
    const [{ eachDouble }, { doubleReasons }] = await Promise.all([
      import('./doubles/each-double.js'),
      import('#libs/people'),
    ]);
    const listed: object[] = [];
    let count = 0;
    await eachDouble({ ...env }, { area, minScore: Number(minScore) }, ({ files, score, reasons }) => {
      count++;
      const persons = files.map(({ id }) => id);
      if (json) listed.push({ persons, score, reasons, twins: reasons.includes('twins') });
      else
        print(
          [
            score,
            ...persons,
            reasons.map((code) => doubleReasons[code][language]).join(language === 'zh' ? '、' : ', '),
          ].join('  '),
        );
    });
    if (json) print(JSON.stringify(listed, null, 2));
    else print(count === 0 ? texts.none[language] : texts.total[language](count));
  },
};
