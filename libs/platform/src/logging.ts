import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import type { LogLevel } from './settings.js';

/** The process's logger: JSON lines on standard output. */
export const createLogger = (level: LogLevel): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });

/** What the framework says of its own wiring at each start: for those who look for it. */
const wiring = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** Lets Nest log through pino: a message, its context and a stack; no other objects. */
export class PinoLoggerService implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const level = wiring.has(contextOf(rest).context ?? '') ? 'debug' : 'info';
    this.pino[level](contextOf(rest), textOf(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const texts = rest.filter((part): part is string => typeof part === 'string');
    const stack = texts.length > 1 || texts[0]?.includes('\n') ? texts[0] : undefined;
    // A start that fails is told by its one line; the framework would tell it a second time.
    const level = contextOf(texts).context === 'ExceptionHandler' ? 'debug' : 'error';
    this.pino[level](
      { ...contextOf(stack === undefined ? texts : texts.slice(1)), ...(stack !== undefined && { stack }) },
      textOf(message),
    );
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.pino.warn(contextOf(rest), textOf(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.pino.debug(contextOf(rest), textOf(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.pino.trace(contextOf(rest), textOf(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.pino.fatal(contextOf(rest), textOf(message));
  }
}

const textOf = (message: unknown): string =>
  message instanceof Error
    ? `${message.name}: ${message.message}`
    : typeof message === 'string'
      ? message
      : 'message without text';

function contextOf(rest: readonly unknown[]): { context?: string } {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}
