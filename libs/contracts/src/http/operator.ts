/**
 * What an operator looks at: the gateways, a snapshot of numbers, the scripts. The same snapshot goes live to the user
 * CONSOLE_USER, as ephemeral messages, for as long as that user has a session.
 */
import { z } from 'zod';

/** Whoever connects as this user is sent the live messages below. */
export const CONSOLE_USER = 'fanfare.console';
/** Types of those messages; the payload is what the endpoint answers. */
export const STATS_MESSAGE = 'fanfare.stats';
export const NODES_MESSAGE = 'fanfare.nodes';

const ms = z.number().int().describe('ms since 1970');
const count = z.number().int();
const sinceItsStart = (what: string) => count.exactOptional().describe(`${what} since the process started`);

/** What a gateway tells of itself about once a second; missing until its first report. */
export const nodeReport = z.object({
  startedAt: ms.exactOptional().describe('When the process started, ms since 1970'),
  sessions: count.exactOptional().describe('Open sessions'),
  connections: count.exactOptional().describe('Open WebSockets'),
  delivered: sinceItsStart('Messages written to sessions'),
  linkSequence: count.exactOptional().describe('Publications received on its links since the node id began'),
  gaps: count.exactOptional().describe('Gaps found on its links since the node id began'),
  version: z.string().exactOptional(),
  host: z.string().exactOptional(),
  pid: count.exactOptional(),
});
export type NodeReport = z.infer<typeof nodeReport>;

/** The report as it is stored, which is not shown as it is. */
export const reportedNode = nodeReport.extend({
  ages: z
    .record(z.string(), count)
    .exactOptional()
    .describe('Live messages of the last minute by the upper bound of their age in ms; `older` beyond all bounds'),
});
export type ReportedNode = z.infer<typeof reportedNode>;

export const nodeView = nodeReport.extend({
  id: z.string(),
  state: z
    .enum(['alive', 'late'])
    .describe('`late`: its lease has run out, and the presence service has not yet removed it'),
  leaseUntil: ms.describe('End of its lease by the clock of Redis, ms since 1970'),
  leaseMs: count.describe('What is left of the lease; 0 where it has run out'),
  sessions: count.describe('Open sessions'),
});
export type NodeView = z.infer<typeof nodeView>;

export const goneNode = nodeReport.extend({
  id: z.string(),
  reason: z.enum(['died', 'left']).describe('`died`: its lease ran out; `left`: it gave it up while stopping'),
  goneAt: ms,
});
export type GoneNode = z.infer<typeof goneNode>;

export const nodesAnswer = z.object({
  at: ms.describe('By the clock of Redis, ms since 1970'),
  nodes: z.array(nodeView).describe('Gateways that hold a lease, oldest first'),
  gone: z.array(goneNode).describe('The last 16 that are gone, newest first'),
});
export type NodesAnswer = z.infer<typeof nodesAnswer>;

export const primaryView = z.object({
  address: z.string(),
  state: z.enum(['ok', 'busy', 'away']).describe('`busy`: a script keeps it; `away`: it does not answer'),
  pingMs: z.number().exactOptional().describe('There and back'),
  role: z.string().exactOptional(),
  version: z.string().exactOptional().describe('Of Redis, or `valkey` and its version'),
  usedMemory: count.exactOptional().describe('Bytes'),
  maxMemory: count.exactOptional().describe('Bytes; 0 for no limit'),
  opsPerSecond: count.exactOptional(),
  clients: count.exactOptional(),
  replicas: count.exactOptional(),
  aofEnabled: z.boolean().exactOptional(),
  aofLastWriteStatus: z.string().exactOptional().describe('`ok`, or what Redis says'),
});
export type PrimaryView = z.infer<typeof primaryView>;

export const statsAnswer = z.object({
  at: ms,
  nodes: count.describe('Gateways that hold a lease'),
  sessions: count.describe('Open sessions, as the gateways renewed their leases with'),
  connections: count.describe('Open WebSockets'),
  usersOnline: count.describe('Users with a session, or within the grace; up to 5 s old'),
  published: count.describe('Messages accepted by the API since counting began, repeats not among them'),
  delivered: count.describe('Messages written to sessions since counting began'),
  countedSince: ms.describe('When counting began: the first start on this Redis'),
  delivery: z
    .object({
      windowSeconds: count,
      messages: count.describe('Live messages in the window, counted once for each gateway that handed them on'),
      p50Ms: z.number().nullable().describe('null where there was none'),
      p99Ms: z.number().nullable(),
      older: count.describe('Those older than a minute, which are in neither: they had been scheduled'),
    })
    .describe(
      'Time from accepting a message to handing it to its sessions, by the clocks of api and gateway: it is wrong by what ' +
        'those differ',
    ),
  lanes: z
    .object({ urgent: count, high: count, normal: count, bulk: count })
    .describe('Jobs in each lane, those that are worked at among them'),
  jobs: z.object({
    scheduled: count.describe('Waiting for their time, or for another attempt'),
    queued: count,
    running: count,
    failed: count.describe('The same as `deadLetters`'),
  }),
  deadLetters: count,
  redis: z.object({
    kind: z.enum(['single', 'sentinel', 'cluster']),
    primaries: z.array(primaryView),
  }),
});
export type StatsAnswer = z.infer<typeof statsAnswer>;

export const scriptView = z.object({
  name: z.string(),
  sha: z.string().describe('SHA-1, by which it is called'),
  readOnly: z.boolean(),
  loaded: z.boolean().describe('On every primary'),
  calls: count.describe('By all services since counting began; at most some seconds old'),
  meanMs: z
    .number()
    .nullable()
    .describe('Of a call as its caller saw it: waiting, way and retries included. null without calls'),
});
export type ScriptView = z.infer<typeof scriptView>;

export const scriptsAnswer = z.object({
  at: ms,
  countedSince: ms,
  scripts: z.array(scriptView).describe('By name'),
  primaries: z
    .array(
      z.object({
        address: z.string(),
        loaded: count.describe('How many of the scripts it has'),
        calls: count.describe('To scripts of whomever, since Redis started'),
        microsPerCall: z.number().describe('Mean time in Redis of all scripts together: it keeps nothing by script'),
      }),
    )
    .describe('What Redis itself counts'),
});
export type ScriptsAnswer = z.infer<typeof scriptsAnswer>;
