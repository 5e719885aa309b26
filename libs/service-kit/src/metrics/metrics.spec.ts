import { Metrics } from './metrics.js';

test('script calls are counted by script and outcome, with their durations in seconds', async () => {
  const metrics = new Metrics('api');
  metrics.onScriptCall('timeline/append', 0.4, 'ok');
  metrics.onScriptCall('timeline/append', 30, 'ok');
  metrics.onScriptCall('timeline/append', 5001, 'timeout');
  const page = await metrics.page();
  const line = (part: string, more = '') =>
    `fanfare_script_call_seconds_${part}{${more}script="timeline/append",outcome="ok",service="api"}`;
  expect(page).toContain(`# TYPE fanfare_script_call_seconds histogram`);
  expect(page).toContain(`${line('count')} 2`);
  expect(page).toContain(`${line('sum')} 0.0304`);
  expect(page).toMatch(/_bucket\{[^}]*outcome="ok",le="0.0005"[^}]*\} 1\n/);
  expect(page).toMatch(/_bucket\{[^}]*outcome="ok",le="0.05"[^}]*\} 2\n/);
  expect(page).toMatch(/_bucket\{[^}]*outcome="timeout",le="5"[^}]*\} 0\n/);
  expect(page).toMatch(/_bucket\{[^}]*outcome="timeout",le="\+Inf"[^}]*\} 1\n/);
});

test('a gauge can be set at each scrape, and Node tells about itself', async () => {
  const metrics = new Metrics('presence');
  metrics.gauge('fanfare_nodes', 'Gateways alive', { collect: (gauge) => gauge.set(3) });
  const page = await metrics.page();
  expect(page).toContain('fanfare_nodes{service="presence"} 3');
  expect(page).toContain('nodejs_eventloop_lag_seconds');
});

test('a scrape walks neither the open handles nor the file descriptors, which are as many as the sessions', async () => {
  const page = await new Metrics('push-gateway').page();
  expect(page).toContain('process_resident_memory_bytes');
  expect(page).not.toMatch(/^nodejs_active_|^process_open_fds/m);
});
