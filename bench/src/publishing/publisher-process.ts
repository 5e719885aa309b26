/**
 * A process that publishes in a loop, apart from what it measures: so many messages at once until its time is over. It
 * tells how many Redis has answered for, and what CPU it took. Ends with the channel to its parent.
 */
import { InProcess } from './in-process.js';
import type { FromPublisher, RunOrder, RunResult, ToPublisher } from './orders.js';
import { fanfareWay, isPlain, plainWay, type Way } from './ways.js';

let own: InProcess | undefined;

async function wayOf({ way, port, partitions, group }: RunOrder): Promise<Way & { close?(): void }> {
  if (isPlain(way)) return plainWay(way, port);
  own ??= await InProcess.open(`redis://127.0.0.1:${port}`, partitions);
  return fanfareWay(way, own, group);
}

async function run(order: RunOrder): Promise<RunResult> {
  const way = await wayOf(order);
  const { seconds, most } = order;
  let messages = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const until = start + seconds * 1000;
  const worker = async (): Promise<void> => {
    while (messages < most && performance.now() < until) {
      const sent = await way.send();
      messages += sent; // not before the await: others count too
    }
  };
  await Promise.all(Array.from({ length: way.atOnce }, worker));
  const took = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  way.close?.();
  return { messages, seconds: took, cpuSeconds: (user + system) / 1e6 };
}

process.on('message', ({ run: order }: ToPublisher) => {
  void run(order).then((result) => process.send?.({ result } satisfies FromPublisher));
});
process.on('disconnect', () => process.exit(0));
