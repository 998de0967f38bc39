import { parseArgs } from 'node:util';
import { createInterface } from 'node:readline';
import { StandIn } from './cluster.mjs';

/**
 * The stand-in as a process: `node test/stand-in/main.mjs [--port 2113] [--nodes 3]`. Prints its connection string, then takes
 * one word a line on its standard input: `silence`, `lose-answers`, `mend`, `drop`, `kill`, `revive`, `events`, each with the
 * index of a node where it is not the first, and answers each with `done` or a number. Ends with its standard input.
 */
const { values } = parseArgs({ options: { port: { type: 'string' }, nodes: { type: 'string' } } });
const standIn = await StandIn.start({ port: Number(values.port ?? 0), nodes: Number(values.nodes ?? 1) });
console.log(standIn.url);

const words = {
  silence: (index) => standIn.links[index].silence(),
  'lose-answers': (index) => standIn.links[index].loseAnswers(),
  mend: (index) => standIn.links[index].mend(),
  drop: (index) => standIn.links[index].drop(),
  kill: (index) => standIn.kill(index),
  revive: (index) => standIn.revive(index),
  events: () => standIn.log.records.length,
};
for await (const line of createInterface({ input: process.stdin })) {
  const [word = '', index = '0'] = line.trim().split(/\s+/);
  const answer = await words[word]?.(Number(index));
  console.log(word in words ? (answer ?? 'done') : `unknown word '${word}'`);
}
await standIn.stop();
