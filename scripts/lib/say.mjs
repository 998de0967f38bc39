/** A reason not to go on that the person at the terminal can do something about: shown as one line, without a stack. */
export class Refusal extends Error {
  name = 'Refusal';
}

/** Someone asked to stop before there was anything to stop: the end of the program, but no failure. */
export class Stopped extends Error {
  name = 'Stopped';
  exitCode = 0;
}

/** One line of progress. On stderr: stdout belongs to the program that is run. */
export function say(text) {
  process.stderr.write(`almoner: ${text}\n`);
}

/** Milliseconds as people read them. */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
