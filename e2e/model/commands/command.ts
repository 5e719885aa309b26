// What every operation is: a change of the model, done to the system too. Users, groups and devices are indexes, so that a
// counterexample reads the same in every run and shrinks.
import type { AsyncCommand } from 'fast-check';
import { ALL, type Model } from '../model.js';
import type { System } from '../system.js';

export const USERS = 3;
export const GROUPS = 2;
export const DEVICES = 2;

export abstract class Command implements AsyncCommand<Model, System> {
  check(_model: Readonly<Model>): boolean {
    return true;
  }

  abstract run(model: Model, system: System): Promise<void>;
  abstract toString(): string;
}

export const userAt = (model: Readonly<Model>, index: number): string => model.users[index] ?? '';
export const groupAt = (model: Readonly<Model>, index: number): string => model.groups[index] ?? '';

/** 0: the user's own; 1 to GROUPS: a group; above: `all`. */
export function timelineAt(model: Readonly<Model>, user: number, index: number): string {
  if (index === 0) return `user:${userAt(model, user)}`;
  return index <= GROUPS ? `group:${groupAt(model, index - 1)}` : ALL;
}

export const sessionId = (user: number, device: number): string => `${user}/${device}`;
