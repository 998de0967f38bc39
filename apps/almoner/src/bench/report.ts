import type { Findings, Result } from './benchmark.js';
import { targetOf } from './targets.js';

/** Where it was measured. */
export type Machine = Readonly<Record<string, string | number>>;

/** The last line of a benchmark: one JSON object for programs. */
export const jsonLine = (bench: string, machine: Machine, findings: Findings): string =>
  JSON.stringify({ bench, machine, ...findings });

/** The findings as lines for people. */
export function tableOf(bench: string, machine: Machine, { results, figures = [], notes }: Findings): string[] {
  const head = ['case', 'against', 'ours', 'baseline', 'unit', 'ratio', 'range', 'least', 'aim', 'p99 ms', ''];
  const rows = results.map((result) => rowOf(bench, result));
  return [
    `${bench} on ${Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
    '',
    ...aligned([head, ...rows]),
    ...(figures.length > 0
      ? ['', ...aligned(figures.map(({ what, value, unit }) => [what, withCommas(value), unit]))]
      : []),
    '',
    ...notes.map((note) => `- ${note}`),
  ];
}

function rowOf(bench: string, result: Result): string[] {
  const target = targetOf(bench, result);
  const verdict =
    target === undefined
      ? ''
      : result.ratio < target.least
        ? 'below least'
        : result.ratio < target.aim
          ? 'least reached'
          : 'aim reached';
  const p99 = [result.p99Ms, result.baselineP99Ms].map((ms) => (ms === undefined ? '' : String(ms)));
  return [
    result.case,
    result.against,
    withCommas(result.value),
    withCommas(result.baseline),
    result.unit,
    `${result.ratio}`,
    result.ratioRange.join('-'),
    `${target?.least ?? ''}`,
    `${target?.aim ?? ''}`,
    p99[1] === '' ? (p99[0] ?? '') : p99.join(' / '),
    verdict,
  ];
}

const withCommas = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 });

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
