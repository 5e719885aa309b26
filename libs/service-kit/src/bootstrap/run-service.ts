/**
 * The life of a service's process; a `main.ts` calls this and nothing else.
 *
 * States: starting → running → closing → ended. SIGTERM and SIGINT close in order and end with exit code 0 (while
 * starting: at once). An error that nobody handled, thrown or rejected, leaves unknown state behind: it is logged, the
 * service closes and ends with 1, for its supervisor to start it anew. A start that fails ends with 1 and says why in
 * plain lines on standard error. Closing that takes too long is cut off, with 1.
 */
import { Logger } from '@nestjs/common';
import type { RunningService } from './start-service.js';
import { StartError } from './start-error.js';

export async function runService(name: string, start: () => Promise<RunningService>): Promise<void> {
  const logger = new Logger('Process');
  let service: RunningService | undefined;
  let isEnding = false;

  const end = async (code: number): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    process.exit(service ? await closed(service, logger, code) : code);
  };
  const onFatal = (error: unknown): void => {
    logger.fatal(error instanceof Error ? error : new Error(`rejected with ${String(error)}`));
    void end(1);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (!isEnding) logger.log(`${signal}: ${name} stops`);
      void end(0);
    });
  }
  process.on('uncaughtException', onFatal);
  process.on('unhandledRejection', onFatal);

  try {
    service = await start();
  } catch (error) {
    if (!(error instanceof StartError)) return onFatal(error);
    for (const line of error.message.split('\n')) process.stderr.write(`${name}: ${line}\n`);
    await end(1);
  }
}

/** @returns the exit code */
async function closed(service: RunningService, logger: Logger, code: number): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const ms = service.closeWithinMs;
    timer = setTimeout(() => reject(new Error(`closing took more than ${ms} ms and was cut off`)), ms);
  });
  try {
    await Promise.race([service.close(), late]);
    return code;
  } catch (error) {
    logger.error(error);
    return 1;
  } finally {
    clearTimeout(timer);
  }
}
