/**
 * Serves the console at `/console` and, where the setting says so, the demo at `/demo`: built files, looked up at each
 * request, so that they may be built while the api runs. Every path of a page that is no file answers the page itself.
 *
 * `/demo/config.json` holds the API key. So the demo is for development only: the api refuses to start with it where
 * others can reach it (`refuseOpenDemo`), and pages of other sites don't get the file.
 */
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { Problem } from '@fanfare/contracts';
import { sendProblem, StartError } from '@fanfare/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiSettings } from '../api.module.js';
import { pageFile } from './page-files.js';
import { pageHeaders } from './page-headers.js';

export type PageSettings = Pick<ApiSettings, 'adminKey' | 'demo' | 'host' | 'publicGatewayUrl'>;

export interface PageFolders {
  readonly console: string;
  readonly demo: string;
}

/** The same from `src` and from `dist`, in a checkout and in the image. */
const built: PageFolders = {
  console: fileURLToPath(new URL('../../../console/dist', import.meta.url)),
  demo: fileURLToPath(new URL('../../../demo/dist', import.meta.url)),
};
const YEAR_SECONDS = 31_536_000;
const IMMUTABLE = `public, max-age=${YEAR_SECONDS}, immutable`;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** @throws StartError where the demo would give the API key to others */
export function refuseOpenDemo({ demo, host }: PageSettings): void {
  if (!demo || LOOPBACK.test(host)) return;
  throw new StartError(
    `FANFARE_DEMO gives the API key to whoever opens /demo, so FANFARE_HOST must be a loopback address, not ${host}`,
  );
}

export function servePages(app: NestFastifyApplication, settings: PageSettings, folders = built): void {
  const fastify = app.getHttpAdapter().getInstance();
  const headers = pageHeaders(settings.publicGatewayUrl);
  void fastify.register(fastifyStatic, { serve: false }); // for reply.sendFile
  servePage(fastify, 'console', folders.console, headers);
  if (settings.demo) serveDemo(fastify, folders.demo, headers, settings);
  else serveNoDemo(fastify);
}

function servePage(fastify: FastifyInstance, name: string, folder: string, headers: Record<string, string>): void {
  fastify.get(`/${name}`, (_request, reply) => reply.redirect(`/${name}/`, 308));
  fastify.get<{ Params: { '*': string } }>(`/${name}/*`, async (request, reply) => {
    const file = await pageFile(folder, request.params['*']);
    if (file === undefined) return refuse(reply, `the ${name} has no such file`);
    if (file === 'unbuilt') return refuse(reply, `the ${name} is not built: npx nx run @fanfare/${name}:build`);
    void reply.headers(headers).header('cache-control', file.isImmutable ? IMMUTABLE : 'no-cache');
    return reply.sendFile(file.name, folder, { cacheControl: false });
  });
}

function serveDemo(
  fastify: FastifyInstance,
  folder: string,
  headers: Record<string, string>,
  { adminKey: key, publicGatewayUrl: gateway }: PageSettings,
): void {
  fastify.get('/demo/config.json', (request, reply) => {
    if (!isOwnPage(request)) return sendProblem(reply, new Problem('forbidden', 'only the demo itself may read this'));
    return reply.headers(headers).header('cache-control', 'no-store').send({ api: '', gateway, key });
  });
  servePage(fastify, 'demo', folder, headers);
}

function serveNoDemo(fastify: FastifyInstance): void {
  const detail = 'the demo is off: FANFARE_DEMO=true turns it on, and `npm start` does with its development key';
  for (const path of ['/demo', '/demo/*']) fastify.get(path, (_request, reply) => refuse(reply, detail));
}

/** By the name that the page was opened by (a name of somebody else's may point here), and by what browsers say. */
function isOwnPage({ hostname, headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  return LOOPBACK.test(hostname) && (site === undefined || site === 'same-origin' || site === 'none');
}

function refuse(reply: FastifyReply, detail: string): FastifyReply {
  sendProblem(reply, new Problem('not_found', detail));
  return reply;
}
