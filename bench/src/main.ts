/** The command line of the benchmarks. Each prints its progress on standard error and its table on standard output. */
import { fanoutBench } from './fanout/fanout-bench.js';
import { growthBench } from './growth/growth-bench.js';
import { idleBench } from './idle/idle-bench.js';
import { inboxBench } from './inbox/inbox-bench.js';
import { latencyBench } from './latency/latency-bench.js';
import { listBench } from './list/list-bench.js';
import { pipeliningBench } from './pipelining/pipelining-bench.js';
import { publishBench } from './publish/publish-bench.js';
import { reconnectBench } from './reconnect/reconnect-bench.js';
import { recoveryBench } from './recovery/recovery-bench.js';
import { rpcBench } from './rpc/rpc-bench.js';
import { printResult } from './report/print-result.js';
import { writeResult } from './report/write-result.js';
import type { SuiteBench } from './report/bench-result.js';
import { slowReaderBench } from './slow-reader/slow-reader-bench.js';

const HELP = `npm run bench -- <name> [--seconds N] [--rounds N] [--only TEXT] [--json FILE]

  publish   publishes per second over HTTP (single and batch), script time per message, cost of a group
            publish against the group's size, Redis memory per user
  rpc       a query between services, over Fanfare's transport and over Nest's own, with 1 and 3 replicas
  reconnect 10,000 sessions that come back to one gateway at once, with a few missed messages each: time until
            the last is caught up, depth of the line, calls to Redis for each
  slow-reader
            a session that does not read for so many seconds (default 50) while its group gets 2,000 messages a
            second: what it costs the gateway, what it gets afterwards, and what its neighbours notice
  suite     all of the suite below, one after the other

  fanout    live messages to 1,000 sessions of a group, one at a time and in bursts of 16: deliveries per CPU-second of
            the server, beside ws, Socket.IO, Nchan and a loop of write() in C (Linux, two cores, a C compiler; fetches
            Nchan from Debian's packages; 3 s a row by default)
  inbox     pages of inboxes over HTTP, beside Webdis reading the same lists, one core for each (Linux; fetches Webdis
            and wrk from Debian's packages)
  idle      what an idle session costs the gateway, 15,000 of them in one, beside plain ws and Socket.IO
  pipelining
            messages into one Redis one by one, pipelined and by script: plain commands, redis-benchmark with the
            script of a publication, Fanfare in process and over HTTP; a publication to groups of 10 to a million
  latency   from publishing to delivery at 5,000 messages a second to single users, AOF everysec and always, beside
            Socket.IO with its Redis Streams adapter (Linux, two cores, a C compiler)
  list      a message to 100,000 users in one request, half of them online: time to the last append, with AOF
            always and everysec, and what urgent messages notice of it
  recovery  bytes of Redis for each of 10,000 sessions that come back with missed messages, beside Socket.IO's
            connection state recovery
  growth    CPU of a message against members of the group (10 to a million), sessions (100 to 15,000), partitions (16 to
            1,024) and gateways (1 to 4); Linux, two cores, a C compiler

  --seconds N   length of each timed row (default 5)
  --rounds N    rounds, rows interleaved; the table shows medians (default 5; growth 1)
  --only TEXT   only rows whose name holds the text
  --json FILE   also write the figures there
  --docs        also put them into docs/benchmarks.md, with charts (those of the suite)
`;

const benches: Record<string, typeof publishBench> = {
  publish: publishBench,
  rpc: rpcBench,
  reconnect: reconnectBench,
  'slow-reader': slowReaderBench,
};
/** Those that hand back a result, which docs/benchmarks.md holds too. */
const suite: Record<string, SuiteBench> = {
  fanout: fanoutBench,
  idle: idleBench,
  recovery: recoveryBench,
  inbox: inboxBench,
  pipelining: pipeliningBench,
  latency: latencyBench,
  list: listBench,
  growth: growthBench,
};
const SECONDS = 5;
const SECONDS_OF: Readonly<Record<string, number>> = { 'slow-reader': 50, fanout: 3, pipelining: 2, growth: 3 };
const ROUNDS = 5;
const ROUNDS_OF: Readonly<Record<string, number>> = { growth: 1 };

async function main(args: string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const bench = benches[name];
  const wanted = name === 'suite' ? suite : Object.fromEntries(Object.entries(suite).filter(([each]) => each === name));
  if ((!bench && Object.keys(wanted).length === 0) || rest.includes('--help')) {
    process.stdout.write(HELP);
    return name === '' || name === '--help' || rest.includes('--help') ? 0 : 2;
  }
  const value = (flag: string): string | undefined => {
    const at = rest.indexOf(flag);
    return at < 0 ? undefined : rest[at + 1];
  };
  const optionsOf = (each: string) => {
    const seconds = Number(value('--seconds') ?? SECONDS_OF[each] ?? SECONDS);
    const rounds = Number(value('--rounds') ?? ROUNDS_OF[each] ?? ROUNDS);
    return { seconds, rounds, jsonFile: value('--json'), only: value('--only') ?? '' };
  };
  const { seconds, rounds } = optionsOf(name);
  if (!(seconds > 0) || !Number.isInteger(rounds) || rounds < 1) {
    process.stderr.write('--seconds and --rounds must be positive numbers\n');
    return 2;
  }
  if (bench) await bench(optionsOf(name));
  for (const [each, run] of Object.entries(wanted)) {
    const options = optionsOf(each);
    const { seconds, rounds } = options;
    process.stderr.write(`${each}: ${seconds} s a row, ${rounds} rounds\n`);
    const result = await run(options);
    printResult(result, options.jsonFile);
    if (rest.includes('--docs')) writeResult(result, options);
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
