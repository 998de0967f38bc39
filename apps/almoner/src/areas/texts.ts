import type { AreaRefusalCode, AreaRowFault } from '#libs/areas';
import type { Words } from '../command.js';

/** Why a line of an office's list cannot be taken. */
export const rowFaults: Readonly<Record<AreaRowFault, Words>> = {
  CODE_FORM: { en: 'the code must have 6, 9 or 12 digits', zh: '区划代码应为 6、9 或 12 位数字' },
  LEVEL_UNKNOWN: {
    en: 'the level must be province, city, county, township or village',
    zh: '级别应为 province、city、county、township 或 village',
  },
  LEVEL_DIFFERS: { en: 'the level of an area never changes', zh: '区划的级别不可更改' },
  NAME_MISSING: { en: 'name_zh is missing', zh: '缺少 name_zh' },
  TIME_ZONE_UNKNOWN: { en: 'the time zone is missing or unknown', zh: '时区缺失或无效' },
  CURRENCY_FORM: { en: 'the currency must be three capital letters', zh: '币种应为三个大写字母' },
  DATE_FORM: { en: 'dates must be like 2025-09-01', zh: '日期格式应为 2025-09-01' },
  DATES_ORDER: { en: 'valid_until is before valid_from', zh: 'valid_until 早于 valid_from' },
  PARENT_MISSING: { en: 'every area but a province needs a parent', zh: '除省级外，都须填写上级代码' },
  PARENT_NOT_THERE: {
    en: 'there is no area of a higher level under the code of the parent on all these days',
    zh: '在所填日期内，上级代码下没有更高级别的区划',
  },
  VERSION_DIFFERS: {
    en: 'the area is known otherwise from that day: what was true is not changed, give a later valid_from',
    zh: '该区划自该日起已有不同记录：历史不可更改，请填写更晚的 valid_from',
  },
  VERSION_TOO_EARLY: {
    en: 'later changes of the area, or below it, are known already',
    zh: '该区划或其下级已有更晚的变更',
  },
  AREAS_BELOW: { en: 'areas below it would remain without it', zh: '其下级区划将失去上级' },
};

/** Why an area cannot be merged, divided, re-coded or renamed. */
export const refusals: Readonly<Record<AreaRefusalCode, Words>> = {
  AREA_UNKNOWN: { en: 'there is no such area', zh: '没有此区划' },
  AREA_NOT_IN_FORCE: {
    en: 'the area is not there on that day, or its end is known already',
    zh: '该区划在该日不存在，或已登记终止',
  },
  AREA_HAS_LATER_CHANGE: {
    en: 'it changes on that day or later already: give a later day',
    zh: '该日或其后已有变更：请填写更晚的日期',
  },
  AREA_LEVELS_DIFFER: { en: 'both areas must be of one level', zh: '两个区划的级别须相同' },
  AREA_SAME: { en: 'an area cannot go into itself alone', zh: '不能只并入或划归自身' },
  AREA_CODE_IN_USE: { en: 'the code was given before', zh: '该代码已使用过' },
  AREA_CODE_FORM: { en: 'the new code is not of the form of the old one', zh: '新代码与原代码的形式不符' },
  AREA_NAME_MISSING: {
    en: 'give --zh or --en; for a new area of a division <code>=<Chinese name>',
    zh: '须给出 --zh 或 --en；拆分新设的区划须写作 <代码>=<中文名>',
  },
  AREA_NOT_ASSIGNED: {
    en: 'every area below goes to one of the successors: add these to --assign',
    zh: '每个下级区划都须划归一个后继区划：请在 --assign 中补充',
  },
  AREA_NOT_BELOW: {
    en: 'it does not lie directly below the divided area on that day',
    zh: '该日它不是被拆分区划的直接下级',
  },
  AREA_NAMED_TWICE: { en: 'it is named twice', zh: '重复列出' },
};
