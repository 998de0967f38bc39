import type { Division } from '#libs/areas';

/** English names of the provinces, and of the areas of the example. */
const english: Readonly<Record<string, string>> = {
  110000: 'Beijing',
  120000: 'Tianjin',
  130000: 'Hebei',
  140000: 'Shanxi',
  150000: 'Inner Mongolia',
  210000: 'Liaoning',
  220000: 'Jilin',
  230000: 'Heilongjiang',
  310000: 'Shanghai',
  320000: 'Jiangsu',
  330000: 'Zhejiang',
  340000: 'Anhui',
  350000: 'Fujian',
  360000: 'Jiangxi',
  370000: 'Shandong',
  410000: 'Henan',
  420000: 'Hubei',
  430000: 'Hunan',
  430200: 'Zhuzhou',
  430225: 'Yanling County',
  430225100: 'Xiayang Town',
  440000: 'Guangdong',
  450000: 'Guangxi',
  460000: 'Hainan',
  500000: 'Chongqing',
  510000: 'Sichuan',
  520000: 'Guizhou',
  530000: 'Yunnan',
  540000: 'Tibet',
  610000: 'Shaanxi',
  620000: 'Gansu',
  630000: 'Qinghai',
  640000: 'Ningxia',
  650000: 'Xinjiang',
};

/** Levels of the package's files, from the top down. */
export const divisionFiles = {
  province: 'provinces.csv',
  city: 'cities.csv',
  county: 'areas.csv',
  township: 'streets.csv',
  village: 'villages.csv',
} as const;

/** Code and name of each line of a file of the package, `code,"name",…`; the code as it stands there. */
export function readDivisionRows(text: string): { readonly code: string; readonly nameZh: string }[] {
  return text
    .split(/\r?\n/)
    .slice(1)
    .flatMap((line) => {
      const [, code, quoted, plain] = /^(\d+),(?:"([^"]+)"|([^",]+))(?:,|$)/.exec(line) ?? [];
      const nameZh = quoted ?? plain;
      return code === undefined || nameZh === undefined ? [] : [{ code, nameZh }];
    });
}

/**
 * The areas of a level. A city without counties stands in the files as a city and as a county of the same code: it is taken
 * as a county, for there benefits are applied for and paid.
 */
export function divisionsOf(
  level: Division['level'],
  text: string,
  counties: ReadonlySet<string>,
): Omit<Division, 'parent'>[] {
  return readDivisionRows(text)
    .map(({ code, nameZh }) => ({ code: code.padEnd(6, '0'), nameZh }))
    .filter(({ code }) => level !== 'city' || !counties.has(code))
    .map(({ code, nameZh }) => ({ code, level, nameZh, nameEn: english[code] ?? null }));
}
