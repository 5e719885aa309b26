/** What goes with one message, as Nest's MqttRecord and NatsRecord: `client.send(pattern, new RedisRecord(data, { deadlineMs: 500 }))`. */
export interface RedisRecordOptions {
  /** How long the caller waits. */
  readonly deadlineMs?: number;
  /** Which service is to answer, where the pattern does not begin with its name. */
  readonly service?: string;
}

export class RedisRecord<T = unknown> {
  constructor(
    readonly data: T,
    readonly options: RedisRecordOptions = {},
  ) {}
}
