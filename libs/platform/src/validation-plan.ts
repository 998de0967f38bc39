// @ts-expect-error The package has no types for this file and no other door to it.
import { defaultMetadataStorage as untypedStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, type ValidationArguments } from 'class-validator';
import type { FieldError } from './problem.js';

/** Where `@Type` keeps its classes. */
const typeStorage = untypedStorage as {
  findTypeMetadata(target: Dto, property: string): { typeFunction(): Dto } | undefined;
};

/** A DTO class. */
export type Dto = new () => object;

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Condition = (object: object, value: unknown) => boolean;
/** `at` is the pointer to the object; that of the value is made only when something is wrong with it. */
type Check = (value: unknown, object: object, at: string, errors: FieldError[]) => void;

interface PropertyPlan {
  readonly name: string;
  readonly optional: boolean;
  readonly conditions: readonly Condition[];
  readonly checks: readonly Check[];
}

interface Plan {
  readonly known: Set<string>;
  readonly properties: PropertyPlan[];
}

const plans = new Map<Dto, Plan>();

/**
 * Checks plain data against the class-validator decorators of a DTO. The decorators are compiled once into a list of
 * their own functions; the data are not copied.
 *
 * Stricter than the library: unknown names are errors, inherited names (`constructor`) are not fields, `IsOptional` means
 * absent (null is a value), a `Length` from 1 wants more than spaces, `ValidateNested({ each: true })` wants a list and without `each` an object.
 * @throws Error for what cannot be compiled: groups, asynchronous rules, nested fields without `@Type`
 */
export function validate(dto: Dto, data: object): FieldError[] {
  const errors: FieldError[] = [];
  run(planOf(dto), data, '', errors);
  return errors;
}

function run(plan: Plan, data: object, at: string, errors: FieldError[]): void {
  for (const name of Object.keys(data)) {
    if (!plan.known.has(name)) errors.push({ pointer: `${at}/${escapePointer(name)}`, code: 'unknownField' });
  }
  for (const { name, optional, conditions, checks } of plan.properties) {
    const value: unknown = Object.hasOwn(data, name) ? Reflect.get(data, name) : undefined;
    if (optional && value === undefined) continue;
    if (!conditions.every((holds) => holds(data, value))) continue;
    for (const check of checks) check(value, data, at, errors);
  }
}

/** Writes a name as a part of a JSON pointer (RFC 6901). */
export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function planOf(dto: Dto): Plan {
  const known = plans.get(dto);
  if (known) return known;
  const plan: Plan = { known: new Set(), properties: [] };
  plans.set(dto, plan); // before its fields: a class may hold itself
  try {
    compileInto(plan, dto);
  } catch (error) {
    plans.delete(dto);
    throw error;
  }
  return plan;
}

function compileInto(plan: Plan, dto: Dto): void {
  const storage = getMetadataStorage();
  const metadata = storage.getTargetValidationMetadatas(dto, '', false, false);
  for (const [name, rules] of Object.entries(storage.groupByPropertyName(metadata))) {
    plan.known.add(name);
    plan.properties.push(compileProperty(dto, name, rules));
  }
}

function compileProperty(dto: Dto, name: string, rules: readonly Metadata[]): PropertyPlan {
  const conditional = rules.filter(({ type }) => type === 'conditionalValidation');
  const fail = (why: string): never => {
    throw new Error(`${dto.name}.${name}: ${why}`);
  };
  return {
    name,
    optional: conditional.some((rule) => rule.name === 'isOptional'),
    conditions: conditional
      .filter((rule) => rule.name !== 'isOptional')
      .map((rule) => (rule.constraints as Condition[])[0] ?? fail('a condition without a function')),
    checks: rules.flatMap((rule): Check[] => {
      if (rule.groups?.length) fail('validation groups are not supported');
      if (rule.type === 'conditionalValidation' || rule.type === 'whitelistValidation') return [];
      if (rule.type === 'nestedValidation') return [compileNested(rule, name, fail)];
      if (rule.type === 'customValidation') return [compileRule(dto, rule, name, fail)];
      return fail(`${rule.type} is not supported`);
    }),
  };
}

function compileNested(rule: Metadata, name: string, fail: (why: string) => never): Check {
  const owner = rule.target as Dto;
  const declared = typeStorage.findTypeMetadata(owner, name)?.typeFunction();
  const type = declared ?? (Reflect.getMetadata('design:type', owner.prototype as object, name) as Dto | undefined);
  if (!type || [Array, Object].includes(type as never)) return fail('a nested field needs @Type');
  const plan = planOf(type);
  const one = (value: unknown, pointer: string, errors: FieldError[]): void => {
    if (isRecord(value)) run(plan, value, pointer, errors);
    else errors.push({ pointer, code: 'nestedValidation' });
  };
  if (!rule.each) return (value, _, at, errors) => one(value, `${at}/${name}`, errors);
  return (value, _, at, errors) => {
    const pointer = `${at}/${name}`;
    if (!Array.isArray(value)) errors.push({ pointer, code: 'isArray' });
    else value.forEach((entry, index) => one(entry, `${pointer}/${index}`, errors));
  };
}

function compileRule(dto: Dto, rule: Metadata, property: string, fail: (why: string) => never): Check {
  const [constraint] = getMetadataStorage().getTargetValidatorConstraints(rule.constraintCls);
  if (!constraint || constraint.async) return fail('asynchronous rules are not supported');
  const instance = constraint.instance;
  const code = rule.name ?? 'custom';
  const constraints = (rule.constraints ?? []) as unknown[];
  const details = describeConstraints(constraints);
  const test = (value: unknown, object: object): boolean => {
    const args: ValidationArguments = { value, property, object, constraints, targetName: dto.name };
    return instance.validate(value, args) === true;
  };
  const needsText = code === 'isLength' && Number(constraints[0]) > 0;
  const one = (value: unknown, object: object, errors: FieldError[], pointer: () => string): void => {
    if (!test(value, object)) errors.push({ pointer: pointer(), code, details });
    else if (needsText && typeof value === 'string' && value.trim() === '')
      errors.push({ pointer: pointer(), code: 'isNotBlank' });
  };
  if (!rule.each) return (value, object, at, errors) => one(value, object, errors, () => `${at}/${property}`);
  return (value, object, at, errors) => {
    const pointer = `${at}/${property}`;
    if (!Array.isArray(value)) errors.push({ pointer, code: 'isArray' });
    else value.forEach((entry, index) => one(entry, object, errors, () => `${pointer}/${index}`));
  };
}

/** The arguments of a rule that its words may name: `limit` and `limit2`. */
function describeConstraints(constraints: readonly unknown[]): Record<string, string | number> {
  const details: Record<string, string | number> = {};
  const [limit, limit2] = constraints.map(show);
  if (limit !== undefined) details['limit'] = limit;
  if (limit2 !== undefined) details['limit2'] = limit2;
  return details;
}

function show(constraint: unknown): string | number | undefined {
  if (typeof constraint === 'number' || typeof constraint === 'string') return constraint;
  return Array.isArray(constraint) ? constraint.join(', ') : undefined;
}

/** True for a JSON object: neither null nor a list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
