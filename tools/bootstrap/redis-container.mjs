// Stands in for `redis-server` where only Docker is at hand: takes its arguments, runs it in a container with the data
// folder and the configuration file mounted at the same paths, and ends the container when it is told to end itself.
// The port is reachable on loopback only.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const IMAGE = process.env['FANFARE_REDIS_IMAGE'] ?? 'redis:7.4-alpine';
const LABEL = 'fanfare.redis';

/**
 * The value of a `--name value` option of redis-server.
 * @param {string[]} args
 * @param {string} name
 */
function option(args, name) {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? undefined : args[at + 1];
}

/**
 * The arguments of `docker run` for those of `redis-server`.
 * @param {string[]} args
 * @param {string} name name of the container
 */
export function dockerArguments(args, name) {
  const port = option(args, 'port') ?? '6379';
  const folder = resolve(option(args, 'dir') ?? '.');
  const config = args[0] !== undefined && existsSync(args[0]) ? [dirname(resolve(args[0]))] : [];
  const mounts = [...new Set([folder, ...config])].flatMap((path) => ['--volume', `${path}:${path}`]);
  const user = process.getuid ? ['--user', `${process.getuid()}:${process.getgid?.() ?? 0}`] : [];
  const flags = ['--rm', '--init', '--name', name, '--label', LABEL, '--workdir', folder];
  // On Linux the host's network; elsewhere a published port, and Redis listens on all addresses of its container.
  const onLinux = process.platform === 'linux';
  const network = onLinux ? ['--network', 'host'] : ['--publish', `127.0.0.1:${port}:${port}`];
  const listen = onLinux ? [] : ['--bind', '0.0.0.0', '--protected-mode', 'no'];
  return ['run', ...flags, ...network, ...user, ...mounts, IMAGE, 'redis-server', ...args, ...listen];
}

/** @param {string[]} args */
function main(args) {
  const name = `fanfare-redis-${option(args, 'port') ?? '6379'}`;
  // One that a killed run left would hold the name and the port; only a container of ours bears this name.
  spawnSync('docker', ['rm', '--force', name], { stdio: 'ignore' });
  const child = spawn('docker', dockerArguments(args, name), { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) {
    process.on(signal, () => spawn('docker', ['stop', '--time', '10', name], { stdio: 'ignore' }));
  }
  child.once('error', (error) => {
    process.stderr.write(`docker: ${error.message}\n`);
    process.exit(127);
  });
  child.once('exit', (code) => process.exit(code ?? 1));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
