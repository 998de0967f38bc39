import { getMetadataArgsStorage } from 'typeorm';

/** A column of a read table. */
export interface ReadColumn {
  /** Name of the property of the row class. */
  readonly property: string;
  readonly name: string;
  /** PostgreSQL type. */
  readonly type: string;
  readonly nullable: boolean;
}

/** A table that a projection folds into: everything that is needed to make it anew. */
export interface ReadTable<Row extends object = object> {
  readonly name: string;
  readonly comment: string;
  readonly columns: readonly ReadColumn[];
  readonly key: readonly ReadColumn[];
  /** What stands after the table's name in `create index`, e.g. `(household_id)` or `unique (number)`. */
  readonly indexes: readonly string[];
  /** Every version of every row is kept with the positions between which it was true. */
  readonly history: boolean;
  /** Only for the compiler: the class of a row. */
  readonly row?: Row;
}

/**
 * A read table as its entity class describes it; the class is the only description. Row classes name the type of every
 * column: `@Column('text')`.
 *
 * With `history` there is a second table `<name>_history` with the same columns, `known_from` and `known_until`
 * (positions; the second is null while the version stands), from which a list can be shown as it was.
 *
 * @example readTable(CaseRow, { indexes: ['(household_id)'], history: true })
 */
export function readTable<Row extends object>(
  entity: new () => Row,
  { indexes = [], history = false }: { readonly indexes?: readonly string[]; readonly history?: boolean } = {},
): ReadTable<Row> {
  const { tables, columns } = getMetadataArgsStorage();
  const table = tables.find(({ target }) => target === entity);
  if (table?.name === undefined) throw new Error(`${entity.name} is not an entity with a name`);
  const own = columns.filter(({ target }) => target === entity);
  const all = own.map(({ propertyName, options }) => {
    if (typeof options.type !== 'string') throw new Error(`${entity.name}.${propertyName} names no column type`);
    return {
      property: propertyName,
      name: options.name ?? propertyName,
      type: options.array === true ? `${options.type}[]` : options.type,
      nullable: options.nullable === true,
      key: options.primary === true,
    };
  });
  const key = all.filter((column) => column.key);
  if (key.length === 0) throw new Error(`${entity.name} has no primary column`);
  return { name: table.name, comment: table.comment ?? '', columns: all, key, indexes, history };
}

/** Makes text a name in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Makes text a literal in SQL. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The statements that make the table, and its history, in a schema. */
export function createTable(table: ReadTable, schema: string): string {
  const keys = table.key.map(({ name }) => quoted(name)).join(', ');
  const columns = table.columns.map(
    ({ name, type, nullable }) => `${quoted(name)} ${type}${nullable ? '' : ' not null'}`,
  );
  const index = (target: string) => (definition: string) => {
    const unique = /^unique /i.test(definition);
    return `create ${unique ? 'unique ' : ''}index on ${target} ${unique ? definition.slice('unique '.length) : definition};`;
  };
  const target = `${quoted(schema)}.${quoted(table.name)}`;
  const statements = [
    `create table ${target} (${columns.join(', ')}, primary key (${keys}));`,
    ...table.indexes.map(index(target)),
    `comment on table ${target} is ${literal(table.comment)};`,
  ];
  if (!table.history) return statements.join('\n');
  const history = `${quoted(schema)}.${quoted(historyOf(table))}`;
  return [
    ...statements,
    `create table ${history} (${columns.join(', ')}, known_from bigint not null, known_until bigint, primary key (${keys}, known_from));`,
    `create unique index on ${history} (${keys}) where known_until is null;`,
    ...table.indexes.map((definition) => index(history)(definition.replace(/^unique /i, ''))),
    `comment on table ${history} is ${literal(`${table.comment} Every version, with the positions between which it was true.`)};`,
  ].join('\n');
}

/** Name of the table that keeps every version of the rows. */
export const historyOf = (table: Pick<ReadTable, 'name'>): string => `${table.name}_history`;

/** Names of all the tables that stand for one: itself, and its history where it has one. */
export const namesOf = (table: ReadTable): readonly string[] =>
  table.history ? [table.name, historyOf(table)] : [table.name];
