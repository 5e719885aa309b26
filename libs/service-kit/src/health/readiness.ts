/**
 * Whether this process should get work. Ready when no check fails; not ready from the moment that it drains, so that
 * whoever routes to it stops before it stops.
 */
export type Check = () => void | Promise<void>;

export interface ReadinessAnswer {
  readonly status: 'ready' | 'unready' | 'draining';
  /** `ok`, or why not. */
  readonly checks: Readonly<Record<string, string>>;
}

const CHECK_DEADLINE_MS = 2000;

export class Readiness {
  private readonly checks = new Map<string, Check>();
  private draining = false;

  /** @param check throws, or rejects, or takes over 2 s, while the process can't do its work */
  register(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** From here on the process is on its way out. */
  drain(): void {
    this.draining = true;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  async answer(): Promise<ReadinessAnswer> {
    if (this.draining) return { status: 'draining', checks: {} };
    const outcomes = await Promise.all([...this.checks].map(async ([name, check]) => [name, await outcomeOf(check)]));
    const checks = Object.fromEntries(outcomes) as Record<string, string>;
    const isReady = Object.values(checks).every((outcome) => outcome === 'ok');
    return { status: isReady ? 'ready' : 'unready', checks };
  }
}

async function outcomeOf(check: Check): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_DEADLINE_MS} ms`)), CHECK_DEADLINE_MS);
  });
  try {
    await Promise.race([Promise.resolve().then(check), late]);
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
