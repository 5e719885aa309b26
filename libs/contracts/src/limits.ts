/** Limits that clients can meet; docs/http.md and docs/protocol.md name them. */
export const limits = {
  /** Bytes of an id in UTF-8. */
  idBytes: 128,
  /** Bytes of a payload as JSON. */
  payloadBytes: 64 * 1024,
  /** Bytes of an HTTP request body. */
  bodyBytes: 1024 * 1024,
  /** Bytes of an HTTP request body where a list of users is taken. */
  listBodyBytes: 16 * 1024 * 1024,
  usersPerMessage: 100_000,
  /** Bytes of a client's frame. */
  frameBytes: 64 * 1024,
  batchMessages: 1000,
  idempotencyKeyBytes: 255,
  idempotencySeconds: 24 * 3600,
  /** Longest ttl and retention: 90 days. */
  ttlSeconds: 90 * 24 * 3600,
  retentionMessages: 1_000_000,
  groupsPerUser: 256,
  membersPerGroup: 5_000_000,
  membersPerRequest: 10_000,
  sessionsPerUser: 100,
  attributes: 64,
  attributeBytes: 8 * 1024,
  /** Conditions of a filter, nested ones counted. */
  whereConditions: 10,
  /** Levels of `any`. */
  whereDepth: 5,
  /** Values of an `in`. */
  whereValues: 100,
  /** Bytes of a text that others are ordered by. */
  whereOrderedBytes: 128,
  /** Bytes of a filter as JSON. */
  whereBytes: 8 * 1024,
  presenceQuery: 1000,
  /** Users of a presence query with a user's token. */
  fellowsQuery: 100,
  pageDefault: 50,
  pageMax: 1000,
  inboxPageMax: 100,
  seenOffsets: 1000,
} as const;
