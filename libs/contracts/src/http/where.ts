/**
 * `where`: which users of an audience a message is for, by their attributes. All conditions of an object are and-ed;
 * `any` holds objects of which one has to fit. A condition is one operator of one attribute.
 *
 * Checked by hand and not by a recursive schema: a request may nest as deep as its body is long, and what is wrong is told
 * with a pointer to it.
 */
import { z } from 'zod';
import { limits } from '../limits.js';
import { attributeName, attributeValue, type AttributeValue } from './attributes.js';

export interface Comparison {
  readonly eq?: AttributeValue;
  readonly ne?: AttributeValue;
  readonly gt?: number | string;
  readonly gte?: number | string;
  readonly lt?: number | string;
  readonly lte?: number | string;
  readonly in?: readonly AttributeValue[];
  readonly exists?: boolean;
}
/** By attribute a value, which stands for `eq`, or comparisons; under `any` a list of such objects. */
export interface Where {
  readonly [attribute: string]: AttributeValue | Comparison | readonly Where[];
}

export const ANY = 'any';
const VALUE = 'must be a string, a number, a boolean or null';
const TEXT = 'must not hold half of a surrogate pair';

/** What is wrong with an operand, by operator. */
const operators: Record<keyof Comparison, (operand: unknown) => string | undefined> = {
  eq: objectionToValue,
  ne: objectionToValue,
  gt: objectionToOrdered,
  gte: objectionToOrdered,
  lt: objectionToOrdered,
  lte: objectionToOrdered,
  in: (operand) =>
    Array.isArray(operand) && operand.length > 0 && operand.length <= limits.whereValues
      ? undefined
      : `must be a list of 1 to ${limits.whereValues} values`,
  exists: (operand) => (typeof operand === 'boolean' ? undefined : 'must be true or false'),
};
const operatorNames = Object.keys(operators).join(', ');

const example = { plan: 'pro', age: { gte: 18 }, [ANY]: [{ country: 'de' }, { beta: true }] };

export const where = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => new Check(context).whole(value))
  .describe('Conditions on attributes, and-ed: a value, or operators; "any" holds a list of which one has to fit')
  .meta({ examples: [example] }) as unknown as z.ZodType<Where>; // what passes the check has this shape

/** More would not be told. */
const MAX_ISSUES = 20;

class Check {
  private conditions = 0;
  private issues = 0;

  constructor(private readonly context: z.RefinementCtx<unknown>) {}

  whole(value: Record<string, unknown>): void {
    this.filter(value, [], 1);
    const { whereConditions, whereBytes } = limits;
    if (this.conditions > whereConditions) this.refuse([], `holds more than ${whereConditions} conditions`);
    else if (this.issues === 0 && Buffer.byteLength(JSON.stringify(value)) > whereBytes) {
      this.refuse([], `is over ${whereBytes} bytes of JSON`);
    }
  }

  private filter(value: Record<string, unknown>, path: PropertyKey[], depth: number): void {
    const entries = Object.entries(value);
    if (entries.length === 0) this.refuse(path, 'must name at least one attribute');
    for (const [name, operand] of entries) {
      if (this.isEnough()) return;
      if (name === ANY) this.alternatives(operand, [...path, name], depth);
      else this.attribute(name, operand, [...path, name]);
    }
  }

  private alternatives(value: unknown, path: PropertyKey[], depth: number): void {
    if (!Array.isArray(value) || value.length === 0) return this.refuse(path, 'must be a list of filters, not empty');
    if (depth > limits.whereDepth) return this.refuse(path, `is nested more than ${limits.whereDepth} deep`);
    for (const [index, filter] of value.entries()) {
      if (this.isEnough()) return;
      if (isObject(filter)) this.filter(filter, [...path, index], depth + 1);
      else this.refuse([...path, index], 'must be an object');
    }
  }

  private attribute(name: string, operand: unknown, path: PropertyKey[]): void {
    if (!attributeName.safeParse(name).success) this.refuse(path, 'is no name of an attribute (1 to 64 characters)');
    else if (isBroken(name)) this.refuse(path, TEXT);
    if (isObject(operand)) return this.comparison(operand, path);
    this.conditions += 1;
    const objection = objectionToValue(operand);
    if (objection === undefined) return;
    this.refuse(path, objection === VALUE ? `${VALUE}, or an object with operators (${operatorNames})` : objection);
  }

  private comparison(value: Record<string, unknown>, path: PropertyKey[]): void {
    const entries = Object.entries(value);
    if (entries.length === 0) this.refuse(path, `must hold an operator (${operatorNames})`);
    for (const [name, operand] of entries) {
      if (this.isEnough()) return;
      this.conditions += 1;
      const objectionTo = Object.hasOwn(operators, name) ? operators[name as keyof Comparison] : undefined;
      const objection = objectionTo ? objectionTo(operand) : `is no operator (${operatorNames})`;
      if (objection !== undefined) this.refuse([...path, name], objection);
      else if (Array.isArray(operand)) this.values(operand, [...path, name]);
    }
  }

  private values(values: readonly unknown[], path: PropertyKey[]): void {
    for (const [index, value] of values.entries()) {
      const objection = objectionToValue(value);
      if (objection !== undefined) this.refuse([...path, index], objection);
    }
  }

  private isEnough(): boolean {
    return this.conditions > limits.whereConditions || this.issues >= MAX_ISSUES;
  }

  private refuse(path: PropertyKey[], message: string): void {
    this.issues += 1;
    this.context.addIssue({ code: 'custom', path, message });
  }
}

function objectionToValue(value: unknown): string | undefined {
  if (!attributeValue.safeParse(value).success) return VALUE;
  return typeof value === 'string' && isBroken(value) ? TEXT : undefined;
}

function objectionToOrdered(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') return 'must be a number or a string: nothing else has an order';
  const objection = objectionToValue(value);
  if (objection !== undefined) return objection === VALUE ? 'must be a number or a string' : objection;
  const isLong = typeof value === 'string' && Buffer.byteLength(value) > limits.whereOrderedBytes;
  return isLong ? `must be at most ${limits.whereOrderedBytes} bytes` : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Half a surrogate pair has no UTF-8, so scripts could not be told of it. */
const isBroken = (text: string): boolean => /\p{Cs}/u.test(text);
