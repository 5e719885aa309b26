/**
 * Logs of a service: one JSON line each on standard output (pino), written before the call returns, so that nothing is
 * lost when the process ends. Code logs through Nest's `Logger`; an object's fields become fields of the line, an Error
 * becomes `err`.
 */
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, pino, type Logger as Pino } from 'pino';
import { StartError } from '../bootstrap/start-error.js';

/** Nest tells these for every module and route at each start; and what it throws to us anyway. */
const CHATTY = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'WebSocketsController',
  'NestApplication',
]);
const SECRETS = ['authorization', 'cookie', 'token', 'ticket', 'adminKey', 'tokenSecret', 'password'];

export function createLogger(service: string, level: string, destination?: DestinationStream): Pino {
  const options = {
    level,
    base: { service, pid: process.pid },
    redact: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  };
  return destination ? pino(options, destination) : pino(options);
}

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** What Nest and code with Nest's `Logger` write to. */
export class ServiceLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  verbose = (message: unknown, ...rest: unknown[]): void => this.write('trace', message, rest);
  debug = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest);
  log = (message: unknown, ...rest: unknown[]): void => this.write('info', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.write('warn', message, rest);
  error = (message: unknown, ...rest: unknown[]): void => this.write('error', message, rest);
  fatal = (message: unknown, ...rest: unknown[]): void => this.write('fatal', message, rest);

  /** @param rest what Nest adds: a stack perhaps, and the name of the Logger last */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    if (message instanceof StartError) return; // whoever starts the service says it in plain lines
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const at = context !== undefined && CHATTY.has(context) ? 'debug' : level;
    if (!this.pino.isLevelEnabled(at)) return;
    const stack = rest.slice(0, -1).find((it) => typeof it === 'string' && it.includes('\n'));
    const fields = { ...(context === undefined ? {} : { context }), ...(stack === undefined ? {} : { stack }) };
    if (message instanceof Error) this.pino[at]({ ...fields, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.pino[at]({ ...fields, ...message });
    else this.pino[at](fields, String(message));
  }
}
