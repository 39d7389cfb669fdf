import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config/config.ts';
import { toTimestamp } from '../lib/clock.ts';
import { turnOutput } from './turn-output.ts';

/** The server's log on standard output: one JSON object per line, or lines for people. */
export function createLog({ level, format }: Config['logging'], color: boolean): FastifyBaseLogger {
  const options = {
    level,
    base: null,
    serializers: { err: errorToLog },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (format === 'json') {
    return pino({ ...options, timestamp }, turnOutput());
  }
  const stream = pretty({ colorize: color, translateTime: 'SYS:HH:MM:ss.l', sync: true, singleLine: true });
  return pino(options, stream);
}

/** As pino's own `isoTime` does, without a Date per line. */
function timestamp(): string {
  return `,"time":"${toTimestamp(Date.now())}"`;
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError;
}

/** Only what tells what went wrong: a library's error may carry whole requests, with their credentials. */
function errorToLog(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: errorToLog(error.cause) }),
  };
}
