// `fanfare jobs …` and `fanfare dead-letters …`
import { Option } from 'commander';
import { acting, pageFor, subcommand, withLimit } from '../command.mjs';

const COLUMNS = ['id', 'state', 'done', 'total', 'createdAt', 'error'];
const STATES = ['scheduled', 'queued', 'running', 'done', 'failed', 'cancelled'];

/** @param {import('commander').Command} program */
export function addJobs(program) {
  const jobs = program.command('jobs').description('messages to many, or for later');

  withLimit(subcommand(jobs, 'list', 'newest first'))
    .addOption(new Option('--state <state>').choices(STATES))
    .action(
      acting(({ fanfare, output, options: { state, limit } }) => {
        const found = fanfare.jobs.all({ limit: pageFor(limit), ...(state === undefined ? {} : { state }) });
        return output.list(found, COLUMNS, limit);
      }),
    );

  subcommand(jobs, 'get <id>', 'how far a job has come').action(
    acting(async ({ fanfare, output }, id) => output.document(await fanfare.jobs.get(id))),
  );
}

/** @param {import('commander').Command} program */
export function addDeadLetters(program) {
  const deadLetters = program.command('dead-letters').description('jobs that had all their attempts');

  withLimit(subcommand(deadLetters, 'list', 'newest first')).action(
    acting(({ fanfare, output, options: { limit } }) =>
      output.list(fanfare.deadLetters.all({ limit: pageFor(limit) }), COLUMNS, limit),
    ),
  );

  subcommand(deadLetters, 'retry <id>', 'go on where it stopped').action(
    acting(async ({ fanfare, output }, id) => output.document(await fanfare.deadLetters.retry(id))),
  );
}
