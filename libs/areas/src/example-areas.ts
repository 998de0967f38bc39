import type { Pool } from 'pg';
import type { AreaLevel } from './area.js';

/** The example tree: codes of GB/T 2260 and their sub-county extensions, to try the program with. */
const EXAMPLE: readonly (readonly [code: string, level: AreaLevel, en: string, zh: string])[] = [
  ['430000', 'province', 'Hunan (example)', '湖南省（示例）'],
  ['430200', 'city', 'Zhuzhou (example)', '株洲市（示例）'],
  ['430225', 'county', 'Yanling county (example)', '炎陵县（示例）'],
  ['430225100', 'township', 'Xiayang town (example)', '霞阳镇（示例）'],
  ['430225100201', 'village', 'Example village', '示例村'],
];

const INSERT = `
  insert into area (code, parent, level, name_en, name_zh, path, time_zone, currency, valid_from)
  values ($1, $2, $3, $4, $5, $6, 'Asia/Shanghai', 'CNY', '1949-10-01')
  on conflict do nothing`;

/** Fills an empty table with the example tree, from the root down. */
export async function insertExampleAreas(pool: Pool): Promise<void> {
  const { rowCount } = await pool.query('select from area limit 1');
  if (rowCount) return;
  const path: string[] = [];
  for (const [code, level, en, zh] of EXAMPLE) {
    const parent = path.at(-1) ?? null;
    path.push(code);
    await pool.query(INSERT, [code, parent, level, en, zh, path.join('.')]);
  }
}
