/**
 * Publishing as the api does it, without HTTP: each message is checked against the schema, taken in, and noted in the
 * publish log. What is left out is the request itself, its credentials and the api's metrics.
 */
import { publishRequest } from '@fanfare/contracts';
import { AudienceWalk, DryRun, Intake, JobQueue, PublishLog } from '@fanfare/jobs';
import { connectRedis, Keyspace, type RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { Publisher, type Retention } from '@fanfare/timelines';

/** The defaults of the settings. */
export const RETENTION: Retention = { userMessages: 1000, sharedMessages: 10_000, ageMs: 30 * 24 * 3600 * 1000 };
export const PARTITIONS = 256;
const [LANE_DEPTH, LOG_MESSAGES] = [100_000, 10_000];
/** What waits behind a burst is late, not failed. */
const DEADLINE_MS = 60_000;

export class InProcess {
  private constructor(
    readonly scripts: ScriptCaller,
    readonly keys: Keyspace,
    private readonly connection: RedisConnection,
    private readonly intake: Intake,
    private readonly log: PublishLog,
  ) {}

  static async open(url: string, partitions = PARTITIONS): Promise<InProcess> {
    const connection = await connectRedis(url);
    const scripts = new ScriptCaller(connection, { deadlineMs: DEADLINE_MS });
    const keys = new Keyspace('default', partitions);
    const publisher = new Publisher(scripts, keys, RETENTION);
    const queue = new JobQueue(scripts, keys, { laneDepth: LANE_DEPTH });
    const [walk, dryRun] = [new AudienceWalk(scripts, keys), new DryRun(scripts, keys)];
    const intake = new Intake(publisher, queue, scripts, keys, walk, dryRun);
    return new InProcess(scripts, keys, connection, intake, new PublishLog(scripts, keys, LOG_MESSAGES));
  }

  /** Resolves when Redis holds it. @throws where the api would answer with a problem */
  async publish(body: unknown): Promise<void> {
    const request = publishRequest.parse(body);
    const answer = await this.intake.publish(request);
    if ('id' in answer) this.log.note(request, answer);
  }

  async close(): Promise<void> {
    await this.log.flush();
    this.scripts.close();
    this.connection.close();
  }
}
