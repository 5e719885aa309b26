/**
 * A filter as scripts read it (`lua/includes/filter.lua` says the form). Attributes are stored as the JSON that we write,
 * so whether two values are equal is whether their texts are: no script parses them for that.
 */
import { ANY, type AttributeValue, type Comparison, type Where } from '@fanfare/contracts';

type Test = readonly [string, ...unknown[]];

export function encodeFilter(where: Where): string {
  const names: string[] = [];
  const columnOf = (name: string): number => {
    const at = names.indexOf(name);
    return at === -1 ? names.push(name) : at + 1;
  };
  const test = testOf(where, columnOf);
  return JSON.stringify([names, test]);
}

function testOf(where: Where, columnOf: (name: string) => number): Test {
  const tests = Object.entries(where).flatMap(([name, condition]): Test[] => {
    if (name === ANY) return [['or', ...(condition as readonly Where[]).map((each) => testOf(each, columnOf))]];
    return conditionsOf(columnOf(name), condition as AttributeValue | Comparison);
  });
  return ['and', ...tests];
}

function conditionsOf(column: number, condition: AttributeValue | Comparison): Test[] {
  if (typeof condition !== 'object' || condition === null) return [['eq', column, JSON.stringify(condition)]];
  return Object.entries(condition).map(([operator, operand]: [string, unknown]): Test => {
    if (operator === 'eq' || operator === 'ne') return [operator, column, JSON.stringify(operand)];
    if (operator === 'in') return [operator, column, (operand as unknown[]).map((value) => JSON.stringify(value))];
    return [operator, column, operand];
  });
}
