/**
 * Checks each parameter of a handler that names a schema, `@Body({ schema })`, `@Param('id', { schema })`, and hands on
 * what the schema made of it. Used in every service; parameters without a schema pass.
 */
import { Problem } from '@fanfare/contracts';
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { check } from './check.js';

const WHERE: Record<string, string> = { query: 'in the query: ', param: 'in the path: ' };

@Injectable()
export class SchemaPipe implements PipeTransform<unknown, unknown> {
  transform(value: unknown, { schema, type, data }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return value;
    if (type === 'body' && value === undefined && !schema.safeParse(undefined).success) {
      throw new Problem('bad_request', 'a JSON body is required, with content-type: application/json');
    }
    if (data === undefined) return check(schema, value, WHERE[type]);
    const named = check(z.object({ [data]: schema }), { [data]: value }, WHERE[type]);
    return named[data];
  }
}
