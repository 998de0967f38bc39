import { fill, type Language } from './problem-catalogue.js';

/** Words for one broken rule; `{limit}` and `{limit2}` are the rule's arguments. */
export interface RuleText {
  readonly en: string;
  readonly zh: string;
}

const texts = new Map<string, RuleText>(
  Object.entries({
    unknownField: { en: 'This field is not known here.', zh: '未知字段。' },
    isObjectBody: { en: 'A JSON object is expected.', zh: '应为 JSON 对象。' },
    isStorableText: {
      en: 'Text may hold neither NUL nor half a character.',
      zh: '文本不得包含空字符或不完整的字符。',
    },
    maxDepth: { en: 'The value is nested too deeply.', zh: '嵌套层次过深。' },
    nestedValidation: { en: 'An object is expected.', zh: '应为对象。' },
    isDefined: { en: 'A value is needed.', zh: '必须填写。' },
    isNotBlank: { en: 'It must hold more than spaces.', zh: '不得只含空白字符。' },
    isNotEmpty: { en: 'It must not be empty.', zh: '不得为空。' },
    isString: { en: 'Text is expected.', zh: '应为文本。' },
    isBoolean: { en: 'true or false is expected.', zh: '应为 true 或 false。' },
    isInt: { en: 'A whole number is expected.', zh: '应为整数。' },
    isNumber: { en: 'A number is expected.', zh: '应为数字。' },
    isObject: { en: 'An object is expected.', zh: '应为对象。' },
    isArray: { en: 'A list is expected.', zh: '应为列表。' },
    isUuid: { en: 'A UUID is expected.', zh: '应为 UUID。' },
    isIn: { en: 'It must be one of {limit}.', zh: '必须是下列之一：{limit}。' },
    isEnum: { en: 'It is not one of the allowed values.', zh: '不在允许的取值之内。' },
    equals: { en: 'It must be {limit}.', zh: '必须是 {limit}。' },
    matches: { en: 'It does not have the expected form.', zh: '格式不符合要求。' },
    min: { en: 'It must be at least {limit}.', zh: '不得小于 {limit}。' },
    max: { en: 'It must be at most {limit}.', zh: '不得大于 {limit}。' },
    isPositive: { en: 'It must be greater than 0.', zh: '必须大于 0。' },
    minLength: { en: 'It needs at least {limit} characters.', zh: '至少 {limit} 个字符。' },
    maxLength: { en: 'It may have at most {limit} characters.', zh: '最多 {limit} 个字符。' },
    isLength: { en: 'It needs {limit} to {limit2} characters.', zh: '应为 {limit} 至 {limit2} 个字符。' },
    arrayNotEmpty: { en: 'The list must not be empty.', zh: '列表不得为空。' },
    arrayMinSize: { en: 'The list needs at least {limit} entries.', zh: '列表至少 {limit} 项。' },
    arrayMaxSize: { en: 'The list may have at most {limit} entries.', zh: '列表最多 {limit} 项。' },
    arrayUnique: { en: 'The list names something twice.', zh: '列表有重复项。' },
    isKnown: {
      en: 'An instant in UTC, a date or position:<p> is expected.',
      zh: '应为 UTC 时刻、日期或 position:<p>。',
    },
    isPosition: { en: 'A position from Almoner-Position is expected.', zh: '应为 Almoner-Position 给出的位置。' },
    isCursor: { en: 'The cursor does not come from this list.', zh: '游标不属于该列表。' },
  } satisfies Record<string, RuleText>),
);

/** Adds the words of a rule of one's own. */
export const addRuleText = (code: string, text: RuleText): void => void texts.set(code, text);

/** The words for a broken rule. */
export function ruleText(
  code: string,
  language: Language,
  details: Readonly<Record<string, string | number>> = {},
): string {
  const text = texts.get(code) ?? { en: 'It is not valid.', zh: '不符合要求。' };
  return fill(text[language], details);
}
