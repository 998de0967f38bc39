import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { Problem } from './problem.js';
import { ruleText } from './rule-texts.js';
import { validate, type Dto } from './validation-plan.js';
import { InputPipe } from './validation.pipe.js';
import { FromQuery, IsAmount, IsAreaCode, IsInstant, IsLocalDate, IsMonth } from './validation-rules.js';

class Income {
  @IsIn(['wage', 'land'])
  kind!: string;

  @IsAmount()
  amount!: number;
}

class Base {
  @IsLocalDate()
  happenedOn!: string;
}

class Household extends Base {
  @IsString()
  @Length(1, 10)
  name!: string;

  @IsOptional()
  @Matches(/^\d+$/)
  phone?: string;

  @ValidateIf((_, value) => value !== null)
  @IsUUID()
  parent!: string | null;

  @IsArray()
  @ArrayMaxSize(2)
  @ValidateNested({ each: true })
  @Type(() => Income)
  income!: Income[];

  @IsArray()
  @IsMonth({ each: true })
  months!: string[];

  @IsOptional()
  @ValidateNested()
  @Type(() => Household)
  household?: Household;
}

const good = {
  happenedOn: '2025-09-01',
  name: 'a',
  parent: null,
  income: [{ kind: 'wage', amount: 1 }],
  months: ['2025-09'],
};
const broken = (change: object, dto: Dto = Household) =>
  validate(dto, { ...good, ...change }).map(({ pointer, code }) => `${pointer} ${code}`);

describe('validation', () => {
  it('lets good data pass as they are', () => {
    expect(broken({})).toEqual([]);
    const pipe = new InputPipe();
    expect(pipe.transform(good, { type: 'body', metatype: Household })).toBe(good);
  });

  it('points at what is wrong', () => {
    expect(broken({ name: '' })).toEqual(['/name isLength']);
    expect(broken({ name: ' \u3000' })).toEqual(['/name isNotBlank']);
    expect(broken({ name: undefined })).toEqual(['/name isLength', '/name isString']);
    expect(broken({ income: [{ kind: 'gift', amount: 1.5 }] })).toEqual([
      '/income/0/kind isIn',
      '/income/0/amount isAmount',
    ]);
    expect(broken({ income: [{}, {}, {}] })).toContain('/income arrayMaxSize');
    expect(broken({ months: ['2025-09', '2025-13'] })).toEqual(['/months/1 isMonth']);
    expect(broken({ household: { ...good, name: 1 } })).toEqual([
      '/household/name isLength',
      '/household/name isString',
    ]);
  });

  it('checks what a base class says', () => {
    expect(broken({ happenedOn: '2025-02-29' })).toEqual(['/happenedOn isLocalDate']);
  });

  it('takes optional as absent, not as null', () => {
    expect(broken({ phone: null })).toEqual(['/phone matches']);
    expect(broken({ parent: 'x' })).toEqual(['/parent isUuid']);
  });

  it('wants lists where lists are declared and objects where objects are', () => {
    expect(broken({ income: {} })).toContain('/income isArray');
    expect(broken({ income: [[]] })).toEqual(['/income/0 nestedValidation']);
    expect(broken({ household: [good] })).toEqual(['/household nestedValidation']);
  });

  it('refuses unknown names, also those that every object inherits', () => {
    expect(broken({ extra: 1, 'a/b~c': 1 })).toEqual(['/extra unknownField', '/a~1b~0c unknownField']);
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
      const data = JSON.parse(`{"kind":"wage","amount":1,"${name}":{}}`) as object;
      expect(validate(Income, data)).toEqual([{ pointer: `/${name}`, code: 'unknownField' }]);
    }
  });

  it('refuses text that cannot be stored, and depth', () => {
    const pipe = new InputPipe();
    const refuse = (value: unknown) => {
      try {
        return pipe.transform(value, { type: 'body', metatype: Object });
      } catch (error) {
        return (error as Problem).errors[0]?.code;
      }
    };
    expect(refuse({ a: ['x\0'] })).toBe('isStorableText');
    expect(refuse({ a: '\ud83d' })).toBe('isStorableText');
    expect(refuse({ '\0': 1 })).toBe('isStorableText');
    expect(refuse({ a: '😀' })).toEqual({ a: '😀' });
    expect(refuse(JSON.parse('['.repeat(50) + ']'.repeat(50)))).toBe('maxDepth');
  });

  it('reads numbers of a query only where told', () => {
    class ListQuery {
      @FromQuery()
      @IsInt()
      @Min(1)
      @Max(9)
      limit: number = 5;

      @IsOptional()
      @IsString()
      q?: string;
    }
    class Narrower extends ListQuery {}
    const read = (query: object) => new InputPipe().transform(query, { type: 'query', metatype: Narrower });
    expect(read({ q: '12', waitFor: '1' })).toEqual({ limit: 5, q: '12' });
    expect(read({ limit: '7' })).toBeInstanceOf(Narrower);
    expect(() => read({ limit: '7.0' })).toThrow(Problem);
    expect(() => read({ other: '' })).toThrow('UNKNOWN_FIELD');
  });

  it('knows its forms', () => {
    class Forms {
      @IsInstant() at!: string;
      @IsAreaCode() area!: string;
      @IsAmount() amount!: number;
    }
    const fine = { at: '2025-09-01T00:00:00.000Z', area: '430225100', amount: 0 };
    expect(validate(Forms, fine)).toEqual([]);
    const wrong = (change: object) => validate(Forms, { ...fine, ...change }).length;
    for (const at of ['2025-09-01', '2025-09-01T24:00:00Z', '2025-09-01T00:00:00+08:00', '2025-02-30T00:00:00Z'])
      expect(wrong({ at })).toBe(1);
    expect(wrong({ at: '9999-12-31T23:59:59Z' })).toBe(1);
    for (const area of ['43', '043022', 430225, '4302251']) expect(wrong({ area })).toBe(1);
    for (const amount of [-1, 0.5, 2 ** 53, '1', null]) expect(wrong({ amount })).toBe(1);
  });

  it('has words for every rule, in both languages', () => {
    const [error] = validate(Household, { ...good, name: '' });
    expect(ruleText('isLength', 'en', error?.details)).toBe('It needs 1 to 10 characters.');
    expect(ruleText('isLength', 'zh', error?.details)).toBe('应为 1 至 10 个字符。');
    expect(ruleText('isNotBlank', 'zh')).toContain('空白');
    expect(ruleText('isMonth', 'zh')).toContain('月份');
    expect(ruleText('somethingNew', 'en')).toBe('It is not valid.');
  });

  it('says what it cannot compile', () => {
    class Loose {
      @ValidateNested({ each: true })
      list!: Income[];
    }
    for (const _ of ['first', 'again'])
      expect(() => validate(Loose, {})).toThrow('Loose.list: a nested field needs @Type');
    class Grouped {
      @IsString({ groups: ['a'] })
      name!: string;
    }
    expect(() => validate(Grouped, {})).toThrow('groups are not supported');
  });
});
