import { pinyin } from 'pinyin-pro';
import { readingsOf } from '../search/readings.js';
import type { ToPinyin } from './sounds.js';

/** Reads names as the search does, by the most plausible reading; what is no plain name, character by character. */
export const readChinese: ToPinyin = (text) =>
  readingsOf(text)[0] ?? pinyin(text, { toneType: 'none', type: 'array', v: true });
