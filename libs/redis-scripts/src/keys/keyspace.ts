/**
 * Every key name of Fanfare, in one place. A key is `<app>/{tag}/<rest>`; all keys of a partition carry its tag, so one
 * script call can do everything for one partition, on Redis Cluster as on a single server.
 */
import { encodeId } from './encode.js';
import { type OwnerKind, partitionOf, partitionTags } from './partitions.js';

/** What every partition has, whoever lives in it. */
export interface PartitionKeys {
  /** -1 for the partition of the timeline `all`. */
  readonly index: number;
  readonly prefix: string;
  readonly part: string;
  readonly links: string;
  readonly users: string;
  readonly online: string;
  readonly leaving: string;
  readonly sessions: string;
  /** Sessions that were disconnected within the last hour. */
  readonly disconnected: string;
}

/** The keys of one timeline, made when they are asked for: most calls need two of them. */
export class TimelineKeys {
  constructor(
    readonly home: PartitionKeys,
    readonly base: string,
    /** Names the nodes that must hear of it. */
    readonly audience: string,
  ) {}

  get log(): string {
    return `${this.base}log`;
  }

  get state(): string {
    return `${this.base}state`;
  }

  get gone(): string {
    return `${this.base}gone`;
  }

  get ttl(): string {
    return `${this.base}ttl`;
  }
}

/** What belongs to all jobs; each job has its own keys below it. */
export interface JobsKeys {
  readonly prefix: string;
  readonly part: string;
  /** Sequence of the link over which workers are woken. */
  readonly links: string;
  readonly index: string;
  readonly schedule: string;
  readonly dead: string;
  /** What was accepted lately, some messages an entry, and how many they are. */
  readonly log: string;
  readonly logCount: string;
  /** There while urgent messages flow. */
  readonly urgent: string;
}

export class Keyspace {
  readonly all: TimelineKeys;
  readonly jobs: JobsKeys;
  readonly config: string;
  /** Nodes that died or left and whose holdings are still to be undone. */
  readonly deadNodes: string;
  /** What nodes say of themselves, and the last ones that are gone: for operators. */
  readonly nodeReports: string;
  readonly goneNodes: string;
  /** What all services count together. */
  readonly totals: string;
  /** There while one of the apis has had the turn to send what operators look at. */
  readonly consoleTurn: string;
  readonly intents: string;
  private readonly homes: PartitionKeys[];

  /** @param partitions a power of two from 1 to 16,384 */
  constructor(
    readonly app: string,
    readonly partitions: number,
  ) {
    const root = encodeId(app);
    this.homes = partitionTags(partitions).map((tag, index) => partitionKeys(`${root}/{${tag}}/`, index));
    const allHome = partitionKeys(`${root}/{all}/`, -1);
    this.all = new TimelineKeys(allHome, allHome.prefix, `${allHome.prefix}nodes`);
    this.deadNodes = `${allHome.prefix}died`;
    this.nodeReports = `${allHome.prefix}reports`;
    this.goneNodes = `${allHome.prefix}left`;
    this.totals = `${root}/{totals}/totals`;
    this.consoleTurn = `${root}/{totals}/console`;
    this.config = `${root}/{config}/config`;
    this.intents = `${root}/{membership}/intents`;
    this.jobs = jobsKeys(`${root}/{jobs}/`);
  }

  /** @throws RangeError for a number that is no partition */
  home(index: number): PartitionKeys {
    const home = index === -1 ? this.all.home : this.homes[index];
    if (!home) throw new RangeError(`partition ${index} is not one of ${this.partitions}`);
    return home;
  }

  homeOf(kind: OwnerKind, id: string): PartitionKeys {
    return this.home(partitionOf(kind, id, this.partitions));
  }

  user(id: string): TimelineKeys {
    return this.userIn(this.homeOf('user', id), id);
  }

  /** The same where the user's partition is known already: finding it is most of the work. */
  userIn(home: PartitionKeys, id: string): TimelineKeys {
    return new TimelineKeys(home, `${home.prefix}u/${encodeId(id)}/`, home.sessions);
  }

  /** Every partition, that of `all` not among them. */
  everyHome(): readonly PartitionKeys[] {
    return this.homes;
  }

  group(id: string): TimelineKeys {
    const home = this.homeOf('group', id);
    const base = `${home.prefix}g/${encodeId(id)}/`;
    return new TimelineKeys(home, base, `${base}nodes`);
  }

  userInfo = (user: TimelineKeys): string => `${user.base}info`;
  userGroups = (user: TimelineKeys): string => `${user.base}groups`;
  /** Offsets of `timeline` that were read individually, ahead of the read cursor. */
  userSeen = (user: TimelineKeys, timeline: string): string => `${user.base}seen/${encodeId(timeline)}`;
  /** Delivery cursors; without a device a key that is never written. */
  userDevice = (user: TimelineKeys, device: string): string => `${user.base}dev/${encodeId(device)}`;
  /** Names of the keys of devices and of what was read individually: what else there is to erase. */
  userKept = (user: TimelineKeys): string => `${user.base}kept`;
  /** Written when a replica is waited for; nothing is in it. */
  barrier = ({ prefix }: { readonly prefix: string }): string => `${prefix}barrier`;
  groupMembers = (group: TimelineKeys): string => `${group.base}members`;
  /** Users who left, or were to join again, within the last hour, with the version of that. */
  groupLeft = (group: TimelineKeys): string => `${group.base}left`;
  /** Members that the group had when it was deleted, until their side is undone. */
  groupRemoved = (group: TimelineKeys): string => `${group.base}removed`;
  /** What a node holds in a partition: what to undo when it dies. */
  nodeHoldings = (home: PartitionKeys, node: string): string => `${home.prefix}node/${encodeId(node)}`;
  /** The channel from a partition to a node; scripts build the same name from `links`. */
  linkChannel = (home: PartitionKeys, node: string): string => `${home.links}/${node}`;
  /** The stored answer of an idempotent request; without a key one that is never written. */
  idempotency = (timeline: TimelineKeys, to: string, key: string): string =>
    key === '' ? `${timeline.home.prefix}idem/` : `${timeline.home.prefix}idem/${encodeId(to)}/${encodeId(key)}`;
  lane = (name: string): string => `${this.jobs.prefix}lane/${encodeId(name)}`;
  job = (id: string): string => `${this.jobs.prefix}job/${encodeId(id)}`;
  jobChunks = (id: string): string => `${this.jobs.prefix}job/${encodeId(id)}/chunks`;
  jobIdempotency = (to: string, key: string): string => `${this.jobs.prefix}idem/${encodeId(to)}/${encodeId(key)}`;
  /** The channel on which workers hear of new jobs; scripts build the same name from `links`. */
  workersChannel = (): string => `${this.jobs.links}/workers`;
  /** There once a chunk of a job has run in its partition. */
  chunkMarker = (home: PartitionKeys, job: string, chunk: number): string =>
    `${home.prefix}chunk/${encodeId(job)}/${chunk}`;
}

function jobsKeys(prefix: string): JobsKeys {
  return {
    prefix,
    part: `${prefix}part`,
    links: `${prefix}links`,
    index: `${prefix}index`,
    schedule: `${prefix}schedule`,
    dead: `${prefix}dead`,
    log: `${prefix}log`,
    logCount: `${prefix}log/count`,
    urgent: `${prefix}urgent`,
  };
}

function partitionKeys(prefix: string, index: number): PartitionKeys {
  return {
    index,
    prefix,
    part: `${prefix}part`,
    links: `${prefix}links`,
    users: `${prefix}users`,
    online: `${prefix}online`,
    leaving: `${prefix}leaving`,
    sessions: `${prefix}sessions`,
    disconnected: `${prefix}disconnected`,
  };
}
