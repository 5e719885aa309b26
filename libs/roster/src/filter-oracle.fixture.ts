/** What a filter means, said a second time in TypeScript, to compare the script with. Only for filters that are valid. */
import type { AttributeValue, Comparison, Where } from '@fanfare/contracts';

type Attributes = Readonly<Record<string, AttributeValue>>;

export function fits(where: Where, attributes: Attributes): boolean {
  return Object.entries(where).every(([name, condition]) => {
    if (name === 'any') return (condition as readonly Where[]).some((each) => fits(each, attributes));
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (typeof condition !== 'object' || condition === null) return value === condition;
    return Object.entries(condition as Comparison).every(([operator, operand]) => holds(operator, value, operand));
  });
}

function holds(operator: string, value: AttributeValue | undefined, operand: unknown): boolean {
  switch (operator) {
    case 'eq':
      return value === operand;
    case 'ne':
      return value !== operand;
    case 'in':
      return (operand as readonly unknown[]).includes(value);
    case 'exists':
      return (value !== undefined) === operand;
    default:
      return typeof value === typeof operand && isOrdered(operator, orderOf(value, operand));
  }
}

function orderOf(value: unknown, operand: unknown): number {
  if (typeof value === 'number') return value < Number(operand) ? -1 : Number(value > Number(operand));
  return Buffer.compare(Buffer.from(String(value)), Buffer.from(String(operand)));
}

function isOrdered(operator: string, order: number): boolean {
  if (operator === 'gt') return order > 0;
  if (operator === 'gte') return order >= 0;
  return operator === 'lt' ? order < 0 : order <= 0;
}
