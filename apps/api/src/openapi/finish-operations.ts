/** What decorators can't say: the problem document of every error, and each example where readers look for it. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { EXAMPLE, type EndpointExample, USER_TOKEN } from './endpoint.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  example?: unknown;
}

interface Operation {
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, { example?: unknown }> };
  responses: Record<string, { content?: unknown }>;
  security?: Record<string, unknown>[];
  [EXAMPLE]?: EndpointExample;
}

/** Not for those who call the API. */
const OPERATIONAL = /^\/(health\/|metrics$)/;
const METHODS = ['get', 'put', 'post', 'delete'] as const;
const PROBLEM_REF = { $ref: '#/components/schemas/Problem' };

export function finishOperations(document: OpenAPIObject, problemSchema: object): OpenAPIObject {
  document.components = { ...document.components };
  document.components.schemas = { ...document.components.schemas, Problem: problemSchema };
  for (const [path, item] of Object.entries(document.paths)) {
    if (OPERATIONAL.test(path)) delete document.paths[path];
    for (const method of METHODS) {
      const operation = item[method] as unknown as Operation | undefined;
      if (operation) finish(operation, method, path);
    }
  }
  return document;
}

function finish(operation: Operation, method: string, path: string): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    if (Number(status) >= 400) response.content = { 'application/problem+json': { schema: PROBLEM_REF } };
  }
  const example = operation[EXAMPLE];
  if (!example) return;
  for (const parameter of operation.parameters ?? []) {
    const values = parameter.in === 'path' ? example.path : parameter.in === 'query' ? example.query : undefined;
    const value = values?.[parameter.name];
    if (value !== undefined) parameter.example = value;
  }
  const body = operation.requestBody?.content?.['application/json'];
  if (body && example.body !== undefined) body.example = example.body;
  operation.description =
    `${operation.description ?? ''}\n\n\`\`\`sh\n${curl(method, path, example, credentialOf(operation))}\n\`\`\``.trim();
}

/** The variable that holds what the operation asks for. */
function credentialOf({ security = [] }: Operation): string {
  return security.some((scheme) => USER_TOKEN in scheme) ? '$FANFARE_USER_TOKEN' : '$FANFARE_ADMIN_KEY';
}

/** A command to paste, where a variable holds the credential. */
function curl(
  method: string,
  path: string,
  { path: ids = {}, query, body }: EndpointExample,
  credential: string,
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? name));
  const search = query ? `?${new URLSearchParams(query).toString()}` : '';
  const lines = [
    `curl -X ${method.toUpperCase()} 'http://127.0.0.1:3000${filled}${search}'`,
    `-H "authorization: Bearer ${credential}"`,
    ...(body === undefined ? [] : [`-H 'content-type: application/json'`, `-d '${JSON.stringify(body)}'`]),
  ];
  return lines.join(' \\\n  ');
}
