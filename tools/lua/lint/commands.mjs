// The Redis commands that scripts may call, and where their keys stand. What is missing here is refused: add a command
// with thought for its cost (no KEYS, no SCAN) and for whether it writes.

const READS = `EXISTS GET GETRANGE HEXISTS HGET HGETALL HKEYS HLEN HMGET HSCAN HVALS INFO LINDEX LLEN LPOS LRANGE MGET
  OBJECT PTTL SCARD SISMEMBER SMEMBERS SMISMEMBER SRANDMEMBER STRLEN TIME TTL TYPE XLEN XPENDING XRANGE XREVRANGE ZCARD ZCOUNT
  ZMSCORE ZRANGE ZRANGEBYSCORE ZRANK ZREVRANGE ZREVRANGEBYSCORE ZREVRANK ZSCORE`;
const WRITES = `APPEND DECR DECRBY DEL EXPIRE EXPIREAT GETDEL HDEL HINCRBY HMSET HSET HSETNX INCR INCRBY LINSERT LPOP
  LPUSH LREM LSET LTRIM PERSIST PEXPIRE PEXPIREAT RENAME RPOP RPUSH SADD SET SETEX SPOP SPUBLISH SREM UNLINK XACK XADD
  XAUTOCLAIM XCLAIM XDEL XGROUP XREADGROUP XTRIM ZADD ZINCRBY ZPOPMAX ZPOPMIN ZREM ZREMRANGEBYRANK ZREMRANGEBYSCORE`;

const reads = new Set(READS.split(/\s+/));
const writes = new Set(WRITES.split(/\s+/));
const KEYLESS = new Set(['INFO', 'TIME']);
const ALL_KEYS = new Set(['DEL', 'EXISTS', 'MGET', 'RENAME', 'UNLINK']);
const SECOND = new Set(['OBJECT', 'XGROUP']);
/** In the one form allowed: XREADGROUP GROUP <group> <consumer> COUNT <count> STREAMS <key> > */
const XREADGROUP_KEY = 7;

/** @param {string} name */
export const isKnown = (name) => reads.has(name) || writes.has(name);
/** @param {string} name */
export const isWrite = (name) => writes.has(name);

/**
 * Which of a call's arguments are keys; argument 0 is the command.
 * @param {string} name
 * @param {number} length of the arguments
 * @returns {number[]}
 */
export function keyPositions(name, length) {
  if (KEYLESS.has(name)) return [];
  if (ALL_KEYS.has(name)) return Array.from({ length: length - 1 }, (_, index) => index + 1);
  if (name === 'XREADGROUP') return [XREADGROUP_KEY];
  return [SECOND.has(name) ? 2 : 1];
}
