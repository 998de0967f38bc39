import { ValidateBy, type ValidationOptions } from 'class-validator';
import { isAmount, isAreaCode, isInstant, isLocalDate, isMonth } from './formats.js';
import { addRuleText, type RuleText } from './rule-texts.js';

/**
 * Makes a rule for DTOs of a test and its words.
 *
 * @example
 * export const IsCaseNumber = makeRule('isCaseNumber', (value) => typeof value === 'string' && …, { en: '…', zh: '…' });
 */
export function makeRule(
  name: string,
  test: (value: unknown) => boolean,
  text: RuleText,
): (options?: ValidationOptions) => PropertyDecorator {
  addRuleText(name, text);
  return (options) => ValidateBy({ name, validator: { validate: test, defaultMessage: () => text.en } }, options);
}

/** A day, `YYYY-MM-DD`. */
export const IsLocalDate = makeRule('isLocalDate', isLocalDate, {
  en: 'A date like 2025-09-01 is expected.',
  zh: '应为日期，例如 2025-09-01。',
});

/** A month, `YYYY-MM`. */
export const IsMonth = makeRule('isMonth', isMonth, {
  en: 'A month like 2025-09 is expected.',
  zh: '应为月份，例如 2025-09。',
});

/** An instant in UTC, `YYYY-MM-DDThh:mm:ss.sssZ`. */
export const IsInstant = makeRule('isInstant', isInstant, {
  en: 'An instant in UTC like 2025-09-01T00:00:00Z is expected.',
  zh: '应为 UTC 时刻，例如 2025-09-01T00:00:00Z。',
});

/** An amount in the currency's minor unit: a whole number from 0 to 2^53-1. */
export const IsAmount = makeRule('isAmount', isAmount, {
  en: 'An amount in the minor unit is expected: a whole number from 0.',
  zh: '应为以分为单位的金额：不小于 0 的整数。',
});

/** The form of an area code; whether the area exists is the area tree's to say. */
export const IsAreaCode = makeRule('isAreaCode', isAreaCode, {
  en: 'An area code of 6, 9 or 12 digits is expected.',
  zh: '应为 6、9 或 12 位区划代码。',
});

const QUERY_NUMBERS = Symbol('almoner:query-numbers');

/** Marks a property of a query DTO whose text is to be read as a whole number; text of another form stays and is refused by `IsInt`. */
export const FromQuery = (): PropertyDecorator => (target, name) => {
  const inherited = queryNumbersOf(target.constructor);
  Reflect.defineMetadata(QUERY_NUMBERS, [...inherited, String(name)], target.constructor);
};

/** Names of the properties marked with {@link FromQuery}, also by base classes. */
export const queryNumbersOf = (dto: object): readonly string[] =>
  (Reflect.getMetadata(QUERY_NUMBERS, dto) as readonly string[] | undefined) ?? [];
