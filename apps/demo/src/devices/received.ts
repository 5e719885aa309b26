// What a socket has received and its handler has not dealt with: how far behind a slow reader is. It listens beside the
// client, because the client hands over one message at a time and keeps the rest to itself.
import type { FanfareMessage, WebSocketConstructor } from '@fanfare/client';

interface Place {
  readonly timeline: string;
  readonly offset?: number;
}

export class Received {
  private readonly waiting = new Map<string, Place>();

  constructor(private readonly onChange: (count: number) => void) {}

  /** The browser's WebSocket, with an ear of ours. */
  readonly WebSocket: WebSocketConstructor = (() => {
    const onText = (text: unknown) => this.receive(text);
    return class extends WebSocket {
      constructor(url: string, protocols?: string) {
        super(url, protocols);
        this.addEventListener('message', (event) => onText(event.data));
      }
    };
  })();

  /** With it everything before it in its timeline: what the client drops as a repeat reaches no handler. */
  handled({ id, timeline, offset }: FanfareMessage): void {
    this.waiting.delete(`${id} ${timeline}`);
    for (const [key, place] of this.waiting) {
      const isBefore = offset !== undefined && place.offset !== undefined && place.offset <= offset;
      if (place.timeline === timeline && isBefore) this.waiting.delete(key);
    }
    this.onChange(this.waiting.size);
  }

  clear(): void {
    this.waiting.clear();
    this.onChange(0);
  }

  private receive(text: unknown): void {
    if (typeof text !== 'string' || !text.startsWith('{"event":"message"')) return;
    const { data } = JSON.parse(text) as { data: Place & { message: { id: string } } };
    this.waiting.set(`${data.message.id} ${data.timeline}`, data);
    this.onChange(this.waiting.size);
  }
}
