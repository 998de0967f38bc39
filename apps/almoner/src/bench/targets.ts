/** What a comparison must at least reach, and what it is after, as ratios. */
export interface Target {
  readonly least: number;
  readonly aim: number;
}

const targets: Readonly<Record<string, Target>> = {
  'append: 64 in flight / pgbench': { least: 1.5, aim: 2.5 },
  'append: 64 in flight / copy': { least: 0.3, aim: 0.5 },
  'append: 1 in flight / insert': { least: 0.6, aim: 0.9 },
  'append: 64 in flight / typeorm save': { least: 5, aim: 10 },
  'append: esdb 64 in flight / bare client': { least: 0.8, aim: 0.95 },
  'read: fold 1000000 / psql copy': { least: 0.6, aim: 0.9 },
  'read: fold 1000000 / psql copy stored': { least: 1.2, aim: 1.8 },
  'project: live / sql upsert': { least: 0.5, aim: 0.7 },
  'project: rebuild / sql upsert': { least: 0.7, aim: 1 },
  'rebuild: 1000000 events / 934 events a second': { least: 50, aim: 150 },
  'http: case command / bare http': { least: 0.35, aim: 0.45 },
  'http: durable command / fastify typeorm': { least: 2, aim: 4 },
  'people: import / bare append': { least: 0.4, aim: 0.7 },
};

/** The target of a comparison; undefined where none is set, as for another number of events. */
export const targetOf = (bench: string, result: { readonly case: string; readonly against: string }) =>
  targets[`${bench}: ${result.case} / ${result.against}`];
