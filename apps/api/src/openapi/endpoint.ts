/** Describes an endpoint for the OpenAPI document: one decorator instead of many. */
import { type ProblemCode, problemStatus } from '@fanfare/contracts';
import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

/** A request that works as it stands; those of all endpoints, in the document's order, work one after the other. */
export interface EndpointExample {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Its id stands for one that an earlier answer gave; as it stands there it names nothing, which is a 404. */
  readonly isUnknown?: true;
}

/** An example for the path `:id` of a job. */
export const someId: EndpointExample = { path: { id: '0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b' }, isUnknown: true };

export interface EndpointDescription {
  /** What it asks for; the API key by default. */
  readonly credential?: 'user token';
  readonly summary: string;
  readonly description?: string;
  readonly example: EndpointExample;
  /** By status: what it says and, where there is a body, its schema. */
  readonly answers: Readonly<Record<number, readonly [description: string, schema?: z.ZodType]>>;
  /** What it may be refused with, besides `unauthorized`, `unavailable`, `timeout` and `internal`, as all may. */
  readonly codes: readonly ProblemCode[];
}

/** Of an answer that its handler hands over as bytes; of others the HTTP server says it. */
export const JSON_TYPE = 'application/json; charset=utf-8';

export const EXAMPLE = 'x-example';
/** Names of the security schemes of the document. */
export const [API_KEY, USER_TOKEN] = ['apiKey', 'userToken'] as const;

export function Endpoint(endpoint: EndpointDescription): MethodDecorator {
  const { credential, summary, description, example, answers, codes } = endpoint;
  const responses = Object.entries(answers).map(([status, [text, schema]]) =>
    ApiResponse({ status: Number(status), description: text, ...(schema && { standardSchema: schema }) }),
  );
  return applyDecorators(
    ApiBearerAuth(credential === 'user token' ? USER_TOKEN : API_KEY),
    ApiOperation({ summary, ...(description !== undefined && { description }) }),
    ApiExtension(EXAMPLE, example),
    ...responses,
    ...problemsByStatus(codes).map(([status, text]) => ApiResponse({ status, description: text })),
  );
}

function problemsByStatus(codes: readonly ProblemCode[]): [number, string][] {
  const all = new Set<ProblemCode>(['unauthorized', ...codes, 'unavailable', 'timeout']);
  const byStatus = new Map<number, string[]>();
  for (const code of all) byStatus.set(problemStatus[code], [...(byStatus.get(problemStatus[code]) ?? []), code]);
  return [...byStatus].map(([status, names]) => [status, names.map((name) => `\`${name}\``).join(' or ')]);
}
