// Frames that are answered. Those asked before the session is open wait for it; each has a deadline. When the connection
// breaks, those that were sent reject: whether they were carried out is not known.
import { FanfareError } from '../fanfare-error.js';
import { bytesOf, type Frame, isText, MAX_FRAME_BYTES } from '../frames.js';

const ANSWER_MS = 10_000;
/** The gateway takes 1,024 that are not answered. */
const MOST = 512;

interface Asked {
  readonly text: string;
  isSent: boolean;
  readonly settle: (outcome: Frame | FanfareError) => void;
}

export class Requests {
  private readonly asked = new Map<string, Asked>();
  private refs = 0;
  private isOpen = false;

  /** @param send false where it could not be sent */
  constructor(private readonly send: (text: string) => boolean) {}

  /** @throws FanfareError timeout, disconnected, busy, too_large, or the gateway's code */
  ask(event: string, data: unknown): Promise<Frame> {
    const ref = `r${(this.refs += 1)}`;
    const text = JSON.stringify({ event, data, ref });
    if (this.asked.size >= MOST) return refused('busy', `${MOST} requests wait for their answers already`);
    if (bytesOf(text) > MAX_FRAME_BYTES) return refused('too_large', `'${event}' is larger than 64 KiB`);
    return new Promise((resolve, reject) => {
      const late = (): void => settle(new FanfareError('timeout', `'${event}' was not answered in time`));
      const timer = setTimeout(late, ANSWER_MS);
      const settle = (outcome: Frame | FanfareError): void => {
        clearTimeout(timer);
        this.asked.delete(ref);
        if (outcome instanceof FanfareError) reject(outcome);
        else resolve(outcome);
      };
      const request = { text, isSent: false, settle };
      this.asked.set(ref, request);
      if (this.isOpen) request.isSent = this.send(text);
    });
  }

  /** A frame with a `ref`: an answer, or an error. */
  answered(frame: Frame): void {
    const asked = isText(frame.ref) ? this.asked.get(frame.ref) : undefined;
    if (!asked) return;
    const { code, message } = frame.data;
    asked.settle(frame.event === 'error' ? new FanfareError(String(code), String(message)) : frame);
  }

  opened(): void {
    this.isOpen = true;
    for (const request of this.asked.values()) request.isSent ||= this.send(request.text);
  }

  broken(): void {
    this.isOpen = false;
    this.reject(({ isSent }) => isSent);
  }

  end(): void {
    this.isOpen = false;
    this.reject(() => true);
  }

  private reject(concerns: (request: Asked) => boolean): void {
    for (const request of [...this.asked.values()].filter(concerns)) {
      request.settle(new FanfareError('disconnected', 'the connection ended before the answer came'));
    }
  }
}

const refused = (code: string, message: string): Promise<never> => Promise.reject(new FanfareError(code, message));
