/**
 * What every service shares. A service is
 *
 * - a module that imports `ServiceModule.forRoot(name, settings)` and then finds, by injection: `SETTINGS` (Settings),
 *   `RedisConnection`, `ScriptCaller` and `Keyspace` of redis-scripts, `Readiness` (add checks), `Metrics` (add counters
 *   and gauges) and `Loops` (supervised work, ended before Redis is closed);
 * - a start function: `startService({ name, module, settings, port, prepare })`, with settings from
 *   `loadSettings(['adminKey', …])`, which names what the service can't do without;
 * - a `main.ts`: `await runService('api', startApi)`, which adds signals, deadlines and exit codes.
 *
 * GET /health/live, /health/ready and /metrics are there by themselves. Errors over HTTP become problem documents:
 * throw contracts' `Problem`, let redis-scripts' errors pass. Parameters with a schema, `@Body({ schema })`, are
 * checked by it. Logs go through Nest's `Logger`. A catch-all filter of a WebSocket gateway has to be its own.
 */
export { loadSettings, SettingsError, type Environment, type SettingsWith } from './settings/environment.js';
export type { RequirableSetting, Settings } from './settings/table.js';
export { SERVICE_NAME, SETTINGS } from './settings/tokens.js';
export { settingsAsMarkdown } from './settings/settings-page.js';
export { runService } from './bootstrap/run-service.js';
export { StartError } from './bootstrap/start-error.js';
export { startService, type RunningService, type ServiceOptions } from './bootstrap/start-service.js';
export { ServiceModule, type AsyncSettings } from './bootstrap/service.module.js';
export { RedisModule } from './redis/redis.module.js';
export { Readiness, type Check, type ReadinessAnswer } from './health/readiness.js';
export { Metrics } from './metrics/metrics.js';
export { VERSION } from './version.js';
export { Totals, type ScriptTotal, type TotalsNow } from './metrics/totals.js';
export { Loops } from './supervision/loops.js';
export { runEvery, type Loop } from './supervision/run-every.js';
export { BodyLimit } from './http/body-limit.js';
export { sendProblem } from './http/problem.filter.js';
export { toProblem } from './http/to-problem.js';
export { check } from './validation/check.js';
