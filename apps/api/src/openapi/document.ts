/** The OpenAPI 3.1 document, made from the schemas that requests are checked by, and the page that shows it. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { problem } from './answers.js';
import { API_KEY, USER_TOKEN } from './endpoint.js';
import { finishOperations } from './finish-operations.js';

const ABOUT = `Backends send the API key as \`Authorization: Bearer <key>\`, users' devices their token below \`/v1/me/\`.
Bodies are JSON; unknown fields are refused.
Errors are problem documents (RFC 9457) with a stable \`code\`; 429, 503 and 504 carry \`Retry-After\`.`;

const ABOUT_TOKENS = "A user's token, as `POST /v1/tokens` makes one; for `/v1/me/` only";

/** Serves `/docs` and `/docs/openapi.json`, without anything from elsewhere. */
export function serveDocuments(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    raw: ['json'],
    jsonDocumentUrl: 'docs/openapi.json',
    customSiteTitle: 'Fanfare API',
    swaggerOptions: { persistAuthorization: true, validatorUrl: null, displayRequestDuration: true },
  });
}

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Fanfare')
    .setDescription(ABOUT)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'API key' }, API_KEY)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: ABOUT_TOKENS }, USER_TOKEN)
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${method}${controller.replace(/Controller$/, '')}`,
    standardSchemaConverter: (schema) => (schema instanceof z.ZodType ? { schema: jsonSchema(schema) } : undefined),
  });
  return finishOperations(document, jsonSchema(problem));
}

/**
 * OpenAPI 3.1 takes JSON Schema as it is. Answers are described as if they were sent to us: then their schemas allow
 * fields that they do not name, as clients must.
 */
function jsonSchema(schema: z.ZodType) {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: asReaders });
  return rest;
}

/** Numbers in a query are text to the schema and numbers to everyone else; the bounds of a double say nothing. */
function asReaders({ jsonSchema: found }: { jsonSchema: Record<string, unknown> }): void {
  if (found['pattern'] === '^\\d{1,16}$') {
    found['type'] = 'integer';
    delete found['pattern'];
  }
  if (found['minimum'] === Number.MIN_SAFE_INTEGER) delete found['minimum'];
  if (found['maximum'] === Number.MAX_SAFE_INTEGER) delete found['maximum'];
}
