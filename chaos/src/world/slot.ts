// A place for one process of a service: what is killed in it is started again on the same port, as a supervisor would.
import type { Service, ServiceName } from '@fanfare/testing';
import { setTimeout as pause } from 'node:timers/promises';

export type StartService = (name: ServiceName, port: number) => Promise<Service>;

/** What breaks meanwhile may break a start, too. */
const [START_ATTEMPTS, START_AGAIN_MS] = [3, 500];

/** States: running → dead → starting → running; running ⇄ stopped (SIGSTOP). */
export class Slot {
  private service: Service;
  private recovery: Promise<void> = Promise.resolve();
  private isBusy = false;

  constructor(
    service: Service,
    private readonly start: StartService,
  ) {
    this.service = service;
  }

  get name(): ServiceName {
    return this.service.name;
  }

  get url(): string {
    return this.service.url;
  }

  get port(): number {
    return this.service.port;
  }

  get pid(): number | undefined {
    return this.service.pid;
  }

  /** Neither dead nor stopped at the moment. */
  get isHealthy(): boolean {
    return !this.isBusy && this.service.isRunning;
  }

  /** SIGKILL, and a new process some time later. */
  async kill(downMs: number): Promise<void> {
    this.isBusy = true;
    await this.service.kill();
    this.recovery = this.begin(downMs);
    this.recovery.catch(() => undefined); // `recovered` tells of it
  }

  /** SIGSTOP, and SIGCONT some time later. */
  stopFor(ms: number): void {
    this.isBusy = true;
    const { service } = this;
    service.signal('SIGSTOP');
    this.recovery = pause(ms).then(() => {
      service.signal('SIGCONT');
      this.isBusy = false;
    });
  }

  /** Resolves when it runs again. @throws where it could not be started */
  async recovered(): Promise<void> {
    await this.recovery;
    if (this.service.isRunning) return;
    throw new Error(`${this.name} ended by itself:\n${this.service.logs().split('\n').slice(-15).join('\n')}`);
  }

  async end(): Promise<void> {
    await this.recovery.catch(() => undefined);
    await this.service.stop();
  }

  private async begin(downMs: number): Promise<void> {
    await pause(downMs);
    this.service = await this.started();
    this.isBusy = false;
  }

  private async started(attempts = START_ATTEMPTS): Promise<Service> {
    try {
      return await this.start(this.name, this.port);
    } catch (error) {
      if (attempts <= 1) throw error;
      await pause(START_AGAIN_MS);
      return this.started(attempts - 1);
    }
  }
}
