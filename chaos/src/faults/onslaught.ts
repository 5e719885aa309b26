// Carries a schedule out: each fault at its time, as soon as a message is in flight then.
import { setTimeout as pause } from 'node:timers/promises';
import { type FaultKind, faultKinds, type PlannedFault } from '../schedule.js';
import { strikes, type Target } from './strike.js';

/** How often a kind struck, and how often of these it hit something while messages were in flight. */
export interface Tally {
  struck: number;
  hit: number;
}

/** What is in flight lasts for some milliseconds, and on a slow machine little is: one waits for it for so long. */
const PATIENCE_MS = 10_000;

export class Onslaught {
  readonly tally = Object.fromEntries(faultKinds.map((kind) => [kind, { struck: 0, hit: 0 }])) as Record<
    FaultKind,
    Tally
  >;

  constructor(
    private readonly target: Target,
    /** What is in flight that a fault of this kind can hit. */
    private readonly inFlight: (kind: FaultKind) => number,
    private readonly progress: (text: string) => void,
  ) {}

  get summary(): string {
    const all = Object.values(this.tally);
    return `${all.reduce((sum, { struck }) => sum + struck, 0)} faults`;
  }

  /** Resolves when the run's time is over. */
  async carryOut(faults: readonly PlannedFault[], ms: number): Promise<void> {
    const startedAt = Date.now();
    const at = (when: number): Promise<void> => pause(Math.max(0, startedAt + when - Date.now()));
    for (const fault of faults) {
      await at(fault.atMs);
      await this.strike(fault);
    }
    await at(ms);
  }

  private async strike(fault: PlannedFault): Promise<void> {
    const { kind } = fault;
    const until = Date.now() + PATIENCE_MS;
    while (this.inFlight(kind) === 0 && Date.now() < until) await pause(1);
    const inFlight = this.inFlight(kind);
    const hit = await strikes[kind](this.target, fault);
    this.tally[kind].struck += 1;
    if (hit > 0 && inFlight > 0) this.tally[kind].hit += 1;
    this.progress(`${kind} (${hit} hit, ${inFlight} in flight)`);
  }
}
