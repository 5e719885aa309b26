// The keys of `--of user:alice`, by the names that scripts have for them: nobody can tell the tag of a partition by heart.
import { Failure, Usage } from './trouble.mjs';

/** @typedef {import('@fanfare/redis-scripts').Keyspace} Keyspace */
/** @typedef {import('./library.mjs').Library} Library */

/**
 * @param {Library} library
 * @param {string | undefined} owner
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Record<string, string>}
 */
export function ownKeys({ Keyspace, isPartitionCount }, owner, env = process.env) {
  if (owner === undefined) return {};
  const partitions = Number(env['FANFARE_PARTITIONS']?.trim() || 256);
  if (!isPartitionCount(partitions)) throw new Failure(`FANFARE_PARTITIONS is no power of two from 1 to 16384`);
  const keys = new Keyspace(env['FANFARE_APP']?.trim() || 'default', partitions);
  const [, kind = '', id = ''] = /^(user|group):(.+)$/.exec(owner) ?? [undefined, owner];
  if (kind === 'user') return ofUser(keys, id);
  if (kind === 'group') return ofGroup(keys, id);
  if (kind === 'all') return ofTimeline(keys.all);
  if (kind === 'jobs') return { ...texts(keys.jobs), config: keys.config };
  throw new Usage(`--of is "${owner}"; it is user:<id>, group:<id>, all or jobs.`);
}

/** @param {Keyspace} keys @param {string} id */
function ofUser(keys, id) {
  const user = keys.user(id);
  return { ...ofTimeline(user), info: keys.userInfo(user), groups: keys.userGroups(user), kept: keys.userKept(user) };
}

/** @param {Keyspace} keys @param {string} id */
function ofGroup(keys, id) {
  const group = keys.group(id);
  const members = { members: keys.groupMembers(group), left: keys.groupLeft(group), removed: keys.groupRemoved(group) };
  return { ...ofTimeline(group), ...members, nodes: group.audience };
}

/** @param {Keyspace['all']} timeline */
function ofTimeline(timeline) {
  const { home, log, state, gone, ttl, audience } = timeline;
  return { ...texts(home), log, state, gone, ttl, audience };
}

/** @param {object} keys @returns {Record<string, string>} */
function texts(keys) {
  return Object.fromEntries(
    Object.entries(keys).filter(([name, value]) => typeof value === 'string' && name !== 'prefix'),
  );
}
