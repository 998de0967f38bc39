import { describe, expect, it } from '@jest/globals';
import { languageOf } from './language.js';

describe('language of the terminal', () => {
  it.each([
    [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
    [{ LANG: 'en_GB.UTF-8' }, 'en'],
    [{ LANG: 'C' }, 'en'],
    [{}, 'en'],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'zh_CN' }, 'zh'],
    [{ LANG: 'zh_CN', LC_ALL: '', LC_MESSAGES: 'en_US' }, 'en'],
  ])('%j gives %s', (env, language) => {
    expect(languageOf(env)).toBe(language);
  });
});
