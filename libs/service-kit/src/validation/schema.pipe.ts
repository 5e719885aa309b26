/**
 * Checks each parameter of a handler that names a schema, `@Body({ schema })`, `@Param('id', { schema })`, and hands on
 * what the schema made of it. Used in every service; parameters without a schema pass.
 */
import { Problem } from '@fanfare/contracts';
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { check } from './check.js';

const WHERE: Record<string, string> = { query: 'in the query: ', param: 'in the path: ' };

type OneField = z.ZodType<Record<string, unknown>>;

@Injectable()
export class SchemaPipe implements PipeTransform<unknown, unknown> {
  /** Made once: zod compiles an object when it is first used, which costs more than the rest of a small request. */
  private readonly objects = new WeakMap<z.ZodType, Map<string, OneField>>();

  transform(value: unknown, { schema, type, data }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return value;
    if (type === 'body' && value === undefined && !schema.safeParse(undefined).success) {
      throw new Problem('bad_request', 'a JSON body is required, with content-type: application/json');
    }
    if (data === undefined) return check(schema, value, WHERE[type]);
    return check(this.objectWith(data, schema), { [data]: value }, WHERE[type])[data];
  }

  /** The schema of the parameter by its name, so that errors point to it. */
  private objectWith(name: string, schema: z.ZodType): OneField {
    let byName = this.objects.get(schema);
    if (!byName) this.objects.set(schema, (byName = new Map<string, OneField>()));
    let object = byName.get(name);
    if (!object) byName.set(name, (object = z.object({ [name]: schema })));
    return object;
  }
}
