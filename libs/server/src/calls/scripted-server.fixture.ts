/** An HTTP server that does what a test has written down, request by request, and keeps what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  readonly at: number;
}

/** What to do with a request that has been read to its end. */
export type Step =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  /** The connection is reset before anything is answered; or in the middle of a body; or nothing is said at all. */
  | 'reset'
  | 'cut'
  | 'silence';

export class ScriptedServer {
  readonly asked: Asked[] = [];
  private steps: Step[] = [];
  private readonly server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString();
      const { method = '', url: path = '', headers } = request;
      this.asked.push({ method, path, headers, body: text === '' ? undefined : JSON.parse(text), at: Date.now() });
      act(this.steps.shift() ?? { status: 500, body: { code: 'internal', title: 'the script is over' } }, response);
    });
  });

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From here on: one step for each request. */
  play(...steps: Step[]): void {
    this.steps = steps;
    this.asked.length = 0;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

function act(step: Step, response: ServerResponse): void {
  if (step === 'silence') return;
  if (step === 'reset') return void response.socket?.destroy();
  if (step === 'cut') {
    response.writeHead(202, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"id":', () => response.socket?.destroy());
    return;
  }
  const { status, body, headers } = step;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body));
}
