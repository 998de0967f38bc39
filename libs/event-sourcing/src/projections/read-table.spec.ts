import { describe, expect, it } from '@jest/globals';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { createIndexes, createTable, readTable } from './read-table.js';

@Entity({ name: 'line' })
class LineRow {
  @PrimaryColumn('text')
  id!: string;
  @Column('text')
  run!: string;
  @Column('text')
  month!: string;
}

describe('a read table', () => {
  const table = readTable(LineRow, { indexes: ['(month)'], foldIndexes: ['(run)'] });

  it('has the indexes by which the fold finds rows from the first row on, the others once it is filled', () => {
    expect(createTable(table, 's')).toContain('create index "line_fold_1" on "s"."line" (run);');
    expect(createTable(table, 's')).not.toContain('(month)');
    expect(createIndexes(table, 's')).toBe('create index if not exists "line_1" on "s"."line" (month);');
  });
});
