import { loadSettings, SettingsError } from './environment.js';

function problemsOf(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('without any variable the defaults hold', () => {
  expect(loadSettings([], {})).toMatchObject({
    redisUrl: 'redis://127.0.0.1:6379',
    app: 'default',
    partitions: 256,
    adminKey: undefined,
    host: '127.0.0.1',
    apiPort: 3000,
    allowedOrigins: [],
    pingMs: 25_000,
    leaseMs: 15_000,
    retentionAgeMs: 30 * 24 * 3600 * 1000,
  });
});

test('an empty variable counts as one that is not set', () => {
  expect(loadSettings([], { API_PORT: '', FANFARE_APP: ' ' })).toMatchObject({ apiPort: 3000, app: 'default' });
});

test('values are parsed, durations into milliseconds and lists into arrays', () => {
  const env = {
    FANFARE_GRACE_SECONDS: '0.25',
    FANFARE_CORS_ORIGINS: 'https://a.example, http://localhost:5173,',
    FANFARE_PUBLIC_GATEWAY_URL: 'wss://push.example.com/',
  };
  expect(loadSettings([], env)).toMatchObject({
    graceMs: 250,
    corsOrigins: ['https://a.example', 'http://localhost:5173'],
    publicGatewayUrl: 'wss://push.example.com',
  });
});

test.each([
  ['FANFARE_REDIS_URL', 'localhost:6379'],
  ['FANFARE_PARTITIONS', '100'],
  ['FANFARE_PARTITIONS', '32768'],
  ['FANFARE_PARTITIONS', '1e2'],
  ['API_PORT', '70000'],
  ['GATEWAY_PORT', 'http'],
  ['LOG_LEVEL', 'loud'],
  ['FANFARE_CORS_ORIGINS', 'https://a.example/path'],
  ['FANFARE_PUBLIC_GATEWAY_URL', 'https://push.example.com'],
  ['FANFARE_LEASE_SECONDS', '-1'],
  ['FANFARE_RETENTION_DAYS', '91'],
  ['FANFARE_APP', 'a\nb'],
  ['FANFARE_HOST', 'two words'],
])('%s=%j is refused in one line that names both', (variable, value) => {
  const [line, ...more] = problemsOf(() => loadSettings([], { [variable]: value }));
  expect(line).toContain(`${variable} must`);
  expect(line).toContain(JSON.stringify(value));
  expect(more).toEqual([]);
});

test('everything that is wrong is said at once', () => {
  const lines = problemsOf(() => loadSettings([], { API_PORT: 'x', LOG_LEVEL: 'y' }));
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['API_PORT', 'LOG_LEVEL']);
});

test('what a service requires must be set, and the line says how to make one', () => {
  const [line] = problemsOf(() => loadSettings(['tokenSecret'], {}));
  expect(line).toMatch(/^FANFARE_TOKEN_SECRET must be set; make one with: openssl/);
});

test('a secret that is too short is refused without being shown', () => {
  const [line] = problemsOf(() => loadSettings([], { FANFARE_TOKEN_SECRET: 'hunter2' }));
  expect(line).toMatch(/^FANFARE_TOKEN_SECRET must be at least 16 .* has 7/);
  expect(line).not.toContain('hunter2');
});
