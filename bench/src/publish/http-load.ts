/**
 * A load of publishing over HTTP, in a process of its own so that it shares nothing with what it measures. Requests are
 * written out beforehand; several are under way at once over kept-alive connections.
 *
 * Told by its parent: one LoadOrder; answers one LoadResult.
 */
import { Agent, request } from 'node:http';

export interface LoadOrder {
  readonly port: number;
  readonly key: string;
  readonly path: string;
  /** Request bodies, sent round and round. */
  readonly bodies: readonly string[];
  readonly messagesPerRequest: number;
  readonly concurrency: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly messages: number;
  readonly seconds: number;
  readonly failed: number;
  /** Latencies of requests, ms. */
  readonly p50: number;
  readonly p99: number;
  readonly cpuSeconds: number;
}

async function run(order: LoadOrder): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.concurrency });
  const latencies: number[] = [];
  let failed = 0;
  let next = 0;
  const start = performance.now();
  const cpu = process.cpuUsage();
  const until = start + order.seconds * 1000;
  const worker = async (): Promise<void> => {
    while (performance.now() < until) {
      const body = order.bodies[next++ % order.bodies.length] ?? '';
      const sentAt = performance.now();
      if (!(await post(agent, order, body))) failed += 1;
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: order.concurrency }, worker));
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? NaN;
  return {
    messages: (latencies.length - failed) * order.messagesPerRequest,
    seconds,
    failed,
    p50: at(0.5),
    p99: at(0.99),
    cpuSeconds: (used.user + used.system) / 1e6,
  };
}

function post(agent: Agent, { port, key, path }: LoadOrder, body: string): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const outgoing = request({ agent, port, host: '127.0.0.1', path, method: 'POST', headers }, (response) => {
      let hasError = false;
      // A batch answers 200 also where single messages failed; their answers say so.
      response.on('data', (chunk: Buffer) => (hasError ||= chunk.includes('"error"')));
      response.on('end', () => resolve((response.statusCode ?? 500) < 300 && !hasError));
    });
    outgoing.on('error', () => resolve(false));
    outgoing.end(body);
  });
}

process.once('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result, () => process.disconnect()));
});
