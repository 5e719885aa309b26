import { Logger } from '@nestjs/common';
import { StartError } from '../bootstrap/start-error.js';
import { createLogger, ServiceLogger } from './logger.js';

let lines: string[] = [];
const destination = { write: (line: string) => void lines.push(line) };
const last = () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;

beforeEach(() => {
  lines = [];
  Logger.overrideLogger(new ServiceLogger(createLogger('api', 'info', destination)));
});

test('a line is JSON with the service, the context and the text', () => {
  new Logger('Drain').warn('two sessions are left');
  expect(last()).toMatchObject({ level: 40, service: 'api', context: 'Drain', msg: 'two sessions are left' });
});

test("an object's fields become fields of the line", () => {
  new Logger('Drain').log({ msg: 'done', sessions: 2 });
  expect(last()).toMatchObject({ level: 30, context: 'Drain', msg: 'done', sessions: 2 });
});

test('an error keeps its stack and its cause', () => {
  new Logger('Loop').error(new Error('it broke', { cause: new Error('a cable') }));
  expect(last()).toMatchObject({ msg: 'it broke', err: { type: 'Error', message: 'it broke: a cable' } });
});

test('credentials are not written', () => {
  new Logger('Http').log({ msg: 'request', headers: { authorization: 'Bearer hunter2' }, token: 'hunter2' });
  expect(lines.join()).not.toContain('hunter2');
});

test("Nest's routes and modules are told at debug only, and what refuses a start not at all", () => {
  new Logger('RouterExplorer').log('Mapped {/v1/messages, POST} route');
  new Logger('ExceptionHandler').error(new StartError('FANFARE_PARTITIONS must be …'));
  expect(lines).toEqual([]);
});
