// A few files over HTTP on loopback, from memory.
import { createServer, type Server } from 'node:http';
import { freePort } from '@fanfare/testing';

const kinds: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', js: 'text/javascript' };

/** States: open → closed. */
export class StaticSite {
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** @param files by their path, like `/index.html` */
  static async open(files: Readonly<Record<string, string>>): Promise<StaticSite> {
    const server = createServer((request, response) => {
      const path = request.url ?? '';
      const file = files[path];
      const kind = kinds[path.slice(path.lastIndexOf('.') + 1)] ?? 'text/plain';
      response.writeHead(file === undefined ? 404 : 200, { 'content-type': kind }).end(file);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new StaticSite(server, port);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
