// The api as the page calls it: with the key of the demo, and every call that a click caused is told with its curl.
import type { DemoConfig } from '../config/demo-config.js';
import type { Happenings } from '../happenings/happenings.js';
import { type Call, curlOf } from './curl.js';

export interface Answer {
  /** 0 where none came. */
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
}

const deadlineMs = 15_000;

export class DemoApi {
  constructor(
    private readonly config: DemoConfig,
    private readonly happenings: Happenings,
  ) {}

  /** A call that somebody wants to see. Never rejects: what goes wrong is an answer too. */
  async call(title: string, call: Call, note?: string): Promise<Answer> {
    const end = this.happenings.begin(title, this.curl(call), note);
    const answer = await this.quietly(call);
    end({ status: answer.status, answer: answer.text });
    return answer;
  }

  /** One that nobody clicked for: presence every second, tokens. */
  async quietly({ method, path, body }: Call): Promise<Answer> {
    try {
      const answer = await fetch(this.config.api + path, {
        method,
        headers: {
          authorization: `Bearer ${this.config.key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(deadlineMs),
      });
      const text = await answer.text();
      return { status: answer.status, text, body: parse(text) };
    } catch (error) {
      return { status: 0, text: `No answer: ${String(error)}`, body: undefined };
    }
  }

  curl(call: Call): string {
    return curlOf(call, this.config.api, this.config.key);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
