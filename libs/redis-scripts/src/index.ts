// The one way to Redis for everything else: connections, keys, and a typed function for each script.
export * from './generated/index.js'; // a generated list of names
export { RedisScriptError, RedisSetupError, ScriptError, TimeoutError, UnavailableError } from './errors.js';
export type { UnavailableReason } from './errors.js';
export { connectRedis, RedisConnection, type ConnectOptions } from './connection/connect.js';
export { type RedisKind } from './connection/url.js';
export { ReplicaBarrier, type BarrierTicket } from './connection/replica-barrier.js';
export type { Primary } from './connection/primary.js';
export { Subscriber, type SubscriberEvents } from './connection/subscriber.js';
export { ScriptCaller, type CallOutcome, type ScriptCallerOptions } from './calls/script-caller.js';
export { BusyWatchdog, type BusyWatchdogOptions } from './watchdog/busy-watchdog.js';
export type { BusyReport, BusyState } from './watchdog/busy-watch.js';
export { scriptCaches, loadScripts, type LoadStep, type ScriptCache } from './inspection/script-cache.js';
export { pingMs, runScript } from './inspection/run-script.js';
export { scriptStats, type ScriptStats } from './inspection/command-stats.js';
export { primaryStates, type PrimaryState } from './inspection/primary-states.js';
export { killScripts, type KillResult } from './inspection/kill-scripts.js';
export type { AnyScript, CallOptions, Reply as ScriptReply, Script, ScriptRunner } from './script.js';
export { Keyspace, type JobsKeys, type PartitionKeys, type TimelineKeys } from './keys/keyspace.js';
export { TransportKeys } from './keys/transport-keys.js';
export { isPartitionCount, partitionOf, partitionTags, type OwnerKind } from './keys/partitions.js';
