/** Languages of the command line. */
export type Language = 'en' | 'zh';

/** The language that the environment asks for by `LC_ALL`, `LC_MESSAGES` or `LANG`, in this order; English by default. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
}

/** True for the name of a {@link Language}. */
export const isLanguage = (text: string): text is Language => text === 'en' || text === 'zh';
