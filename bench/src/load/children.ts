/** Load processes of a benchmark, and what they answer. They end with the channel to them. */
import { type ChildProcess, fork } from 'node:child_process';

export class Children<To extends object, From extends object> {
  private constructor(private readonly all: readonly ChildProcess[]) {}

  static start<To extends object, From extends object>(
    script: URL,
    count: number,
    args: readonly string[] = [],
  ): Children<To, From> {
    return new Children(Array.from({ length: count }, () => fork(script, args)));
  }

  get count(): number {
    return this.all.length;
  }

  get pids(): number[] {
    return this.all.flatMap(({ pid }) => pid ?? []);
  }

  /** Tells each its own, and waits until each has answered with something that has `key`. */
  async ask<K extends string, Answer>(
    key: K,
    message: (index: number) => To,
    onOther: (index: number, message: From) => void = () => undefined,
  ): Promise<Answer[]> {
    return Promise.all(
      this.all.map(
        (child, index) =>
          new Promise<Answer>((resolve, reject) => {
            const listen = (answer: From): void => {
              if (!(key in answer)) return onOther(index, answer);
              child.off('message', listen);
              child.off('exit', fail);
              resolve((answer as unknown as Record<K, Answer>)[key]);
            };
            const fail = (code: number | null): void => reject(new Error(`a load process ended with ${code}`));
            child.on('message', listen).once('exit', fail);
            child.send(message(index));
          }),
      ),
    );
  }

  stop(): void {
    for (const child of this.all) if (child.connected) child.disconnect();
  }
}
