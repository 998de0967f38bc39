import type { StoredEvent } from '#libs/event-sourcing';
import { sentenceOf, type Language } from '#libs/platform';
import { caseTexts } from './case.texts.js';
import type { ShownCaseEvent } from './shown-events.js';

const headings = {
  en: ['No.', 'Recorded', 'Happened', 'Known', 'Decided', 'Who', 'Role', 'Area', 'What'],
  zh: ['序号', '记录时间', '发生日期', '知悉日期', '决定日期', '经办人', '角色', '地区', '内容'],
} as const;

const titles = { en: 'Audit trail of case', zh: '案件审计轨迹' } as const;

/** The table in the form that the reader accepts. */
export interface AuditTrail {
  readonly type: string;
  readonly body: string | object;
}

/**
 * A case as a table for people: each event with its dates, who did it in which role and area, and what it says.
 * Times are those of the area. HTML and JSON by `Accept`, else plain text.
 */
export function auditTrail(
  { number, events }: { readonly number: string; readonly events: readonly StoredEvent<ShownCaseEvent>[] },
  language: Language,
  timeZone: string,
  accept: string,
): AuditTrail {
  const rows = events.map((event) => {
    const {
      happenedOn = '',
      knownOn = '',
      decidedOn = '',
    } = event.data as { happenedOn?: string; knownOn?: string; decidedOn?: string };
    const { actor = '', role = '', area = '' } = event.metadata;
    const recorded = localTime(event.recordedAt, timeZone);
    return [
      String(event.revision),
      recorded,
      happenedOn,
      knownOn,
      decidedOn,
      actor,
      role,
      area,
      sentenceOf(event, caseTexts, language),
    ];
  });
  const title = `${titles[language]} ${number}`;
  if (accept.includes('text/html')) return { type: 'text/html; charset=utf-8', body: asHtml(title, language, rows) };
  if (accept.includes('application/json')) {
    return { type: 'application/json; charset=utf-8', body: { title, headings: headings[language], rows } };
  }
  return { type: 'text/plain; charset=utf-8', body: asText(title, [[...headings[language]], ...rows]) };
}

function localTime(instant: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return parts.format(new Date(instant));
}

function asText(title: string, table: readonly (readonly string[])[]): string {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => widthOf(row[column] ?? ''))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const [heading = [], ...rows] = table;
  return [title, '', line(heading), rule, ...rows.map(line), ''].join('\n');
}

/** Columns that a text takes in a terminal: Chinese characters and full-width signs take two. */
const widthOf = (text: string): number =>
  [...text].reduce(
    (width, character) =>
      width +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u.test(
        character,
      )
        ? 2
        : 1),
    0,
  );

function asHtml(title: string, language: Language, rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('');
  return [
    `<!doctype html><html lang="${language === 'zh' ? 'zh-Hans' : 'en'}"><meta charset="utf-8"><title>${escapeHtml(title)}</title>`,
    `<h1>${escapeHtml(title)}</h1><table border="1"><thead><tr>${cells('th', headings[language])}</tr></thead><tbody>`,
    ...rows.map((row) => `<tr>${cells('td', row)}</tr>`),
    '</tbody></table></html>',
    '',
  ].join('\n');
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
