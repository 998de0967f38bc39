import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './command.js';

type Options = NonNullable<ParseArgsConfig['options']>;

interface Expected<T extends Options> {
  readonly options: T;
  /** Names of the words that must follow the command, in order. */
  readonly words?: readonly string[];
  /** Names of the words that may follow those. */
  readonly optionalWords?: readonly string[];
}

/**
 * Reads the arguments of one command strictly: nothing unknown, nothing missing, nothing twice
 * but options that are `multiple`.
 * @throws UsageError one line that names what is wrong
 */
export function readArguments<T extends Options>(
  args: readonly string[],
  { options, words = [], optionalWords = [] }: Expected<T>,
) {
  const { values, positionals, tokens } = parse(args, options);
  const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const repeated = names.find((name, index) => names.indexOf(name) !== index && options[name]?.multiple !== true);
  if (repeated !== undefined) throw new UsageError(`option --${repeated} is given twice`);
  const missing = words[positionals.length];
  if (missing !== undefined) throw new UsageError(`<${missing}> is missing`);
  const extra = positionals[words.length + optionalWords.length];
  if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}'`);
  return { values, words: positionals };
}

function parse<T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true, tokens: true });
  } catch (error) {
    if (!isParseError(error)) throw error;
    const [sentence = error.message] = error.message.split(/\. To specify|\n/);
    throw new UsageError(sentence.charAt(0).toLowerCase() + sentence.slice(1));
  }
}

const isParseError = (error: unknown): error is NodeJS.ErrnoException & { readonly code: string } =>
  (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
