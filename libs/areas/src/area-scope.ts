/** A path of codes from the root, joined by dots, and with it everything below unless it stands alone. */
export interface AreaPath {
  readonly path: string;
  readonly alone: boolean;
}

/** Where to look: one path and everything below it, or the paths that an area and its predecessors have had over time. */
export type AreaScope = string | readonly AreaPath[];

/**
 * The condition that a column with paths lies in the scope, one comparison for each path, so that an index on the column
 * serves each of them.
 * @param parameter takes a value and gives what stands for it in the statement
 */
export function inScope(column: string, scope: AreaScope, parameter: (value: string) => string): string {
  const paths = typeof scope === 'string' ? [{ path: scope, alone: false }] : scope;
  const conditions = paths.flatMap(({ path, alone }) => [
    `${column} = ${parameter(path)}`,
    ...(alone ? [] : [`${column} like ${parameter(`${path}.%`)}`]),
  ]);
  return conditions.length === 0 ? 'false' : `(${conditions.join(' or ')})`;
}

/** The same for a query builder: a condition and its named parameters. */
export function whereInScope(column: string, scope: AreaScope): [sql: string, parameters: Record<string, string>] {
  const parameters: Record<string, string> = {};
  const sql = inScope(column, scope, (value) => {
    const name = `area${Object.keys(parameters).length}`;
    parameters[name] = value;
    return `:${name}`;
  });
  return [sql, parameters];
}
