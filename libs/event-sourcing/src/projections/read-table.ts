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
  /** Indexes by which the fold itself finds rows (`changeWhere`): they are there from the first row on. */
  readonly foldIndexes: readonly string[];
  /** Every version of every row is kept with the positions between which it was true. */
  readonly history: boolean;
  /** Only for the compiler: the class of a row. */
  readonly row?: Row;
}

/**
 * A read table as its entity class describes it; the class is the only description. Row classes name the type of every
 * column: `@Column('text')`.
 *
 * With `history` the view `<name>_history` of `read` has the same columns, `known_from` and `known_until` (positions; the
 * second is null while the version stands): from it a list can be shown as it was.
 *
 * @example readTable(CaseRow, { indexes: ['(household_id)'], history: true })
 */
export function readTable<Row extends object>(
  entity: new () => Row,
  {
    indexes = [],
    foldIndexes = [],
    history = false,
  }: {
    readonly indexes?: readonly string[];
    readonly foldIndexes?: readonly string[];
    readonly history?: boolean;
  } = {},
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
  return { name: table.name, comment: table.comment ?? '', columns: all, key, indexes, foldIndexes, history };
}

/** Makes text a name in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Makes text a literal in SQL. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Column of tables with history: since which position the row has stood as it stands. */
export const knownFrom = 'known_from';

/**
 * The statements that make the table in a schema, and the one that keeps its former versions. Secondary indexes come with
 * `createIndexes`: much is written faster before there are any.
 */
export function createTable(table: ReadTable, schema: string): string {
  const columns = table.columns.map(
    ({ name, type, nullable }) => `${quoted(name)} ${type}${nullable ? '' : ' not null'}`,
  );
  const since = table.history ? `, ${knownFrom} bigint not null` : '';
  const target = `${quoted(schema)}.${quoted(table.name)}`;
  const statements = [
    // Rows are changed many times: room in their page spares the indexes.
    `create table ${target} (${columns.join(', ')}${since}, primary key (${keysOf(table)})) with (fillfactor = 80);`,
    `comment on table ${target} is ${literal(table.comment)};`,
    ...table.foldIndexes.map(
      (columns, index) => `create index ${quoted(`${table.name}_fold_${index + 1}`)} on ${target} ${columns};`,
    ),
  ];
  if (!table.history) return statements.join('\n');
  const history = `${quoted(schema)}.${quoted(historyOf(table))}`;
  return [
    ...statements,
    `create table ${history} (${columns.join(', ')}${since}, known_until bigint not null);`,
    `comment on table ${history} is ${literal(`Former versions of ${table.name}, with the positions between which they were true.`)};`,
  ].join('\n');
}

/** The statements that make the secondary indexes, as far as they are not there yet. */
export function createIndexes(table: ReadTable, schema: string): string {
  const on = (name: string, definitions: readonly string[]) =>
    definitions.map((definition, index) => {
      const unique = /^unique /i.test(definition);
      const columns = unique ? definition.slice('unique '.length) : definition;
      const target = `${quoted(schema)}.${quoted(name)}`;
      return `create ${unique ? 'unique ' : ''}index if not exists ${quoted(`${name}_${index + 1}`)} on ${target} ${columns};`;
    });
  const former = [
    `unique (${keysOf(table)}, ${knownFrom})`,
    ...table.indexes.map((each) => each.replace(/^unique /i, '')),
  ];
  return [...on(table.name, table.indexes), ...(table.history ? on(historyOf(table), former) : [])].join('\n');
}

/** The statements that show the table of a schema in `read`; with history, every version of every row too. */
export function createViews(table: ReadTable, schema: string): string {
  const view = (name: string, query: string, comment: string) =>
    `drop view if exists read.${quoted(name)}; create view read.${quoted(name)} as ${query};
     comment on view read.${quoted(name)} is ${literal(comment)};`;
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
  const from = (name: string) => `from ${quoted(schema)}.${quoted(name)}`;
  const present = view(table.name, `select ${columns} ${from(table.name)}`, table.comment);
  if (!table.history) return present;
  const every = `select ${columns}, ${knownFrom}, known_until ${from(historyOf(table))}
    union all select ${columns}, ${knownFrom}, null::bigint ${from(table.name)}`;
  const comment = `${table.comment} Every version, with the positions between which it was true; known_until is null while it stands.`;
  return `${present} ${view(historyOf(table), every, comment)}`;
}

const keysOf = ({ key }: ReadTable): string => key.map(({ name }) => quoted(name)).join(', ');

/** Name of the table that keeps former versions of the rows. */
export const historyOf = (table: Pick<ReadTable, 'name'>): string => `${table.name}_history`;

/** Names of all the tables that stand for one: itself, and its history where it has one. */
export const namesOf = (table: ReadTable): readonly string[] =>
  table.history ? [table.name, historyOf(table)] : [table.name];
