/** The OpenAPI 3.1 document, made from the schemas that requests are checked by, and the page that shows it. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { problem } from './answers.js';
import { finishOperations } from './finish-operations.js';

const ABOUT = `Backends send the API key as \`Authorization: Bearer <key>\`. Bodies are JSON; unknown fields are refused.
Errors are problem documents (RFC 9457) with a stable \`code\`; 429, 503 and 504 carry \`Retry-After\`.`;

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
    .addBearerAuth({ type: 'http', scheme: 'bearer' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    onlyIncludeDecoratedEndpoints: true,
    operationIdFactory: (_controller, method) => method,
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? { schema: jsonSchema(schema, schemaType) } : undefined,
  });
  return finishOperations(document, jsonSchema(problem, 'output'));
}

/** OpenAPI 3.1 takes JSON Schema as it is. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: wholeNumbers });
  return rest;
}

/** Numbers in a query are text to the schema, and numbers to everyone else. */
function wholeNumbers({ jsonSchema: found }: { jsonSchema: { type?: unknown; pattern?: unknown } }): void {
  if (found.pattern !== '^\\d{1,16}$') return;
  found.type = 'integer';
  delete found.pattern;
}
