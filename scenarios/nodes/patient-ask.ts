import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Member } from './member.ts';

/** How long a node may take for one operation before its caller takes it for one that does not answer, in ms. */
export const answerWithinMs = 1000;

/** Asks members, and knows which of them have stopped answering: nobody waits for one that is paused longer than this. */
export class PatientAsk {
  readonly #clock: Clock;
  readonly #silent = new Set<Member>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It runs, and has not left the last question open. */
  isUsable(member: Member): boolean {
    return member.line.isReady && !this.#silent.has(member);
  }

  /** As `NodeLine.call`; TIMEOUT when it does not answer in time: whether it was done, and will be, nobody knows. */
  ask(member: Member, method: string, ...parameters: readonly unknown[]): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const cancel = this.#clock.after(answerWithinMs, () => {
      this.#silent.add(member);
      reject(new TestbedError('TIMEOUT', `${member.name} has not answered for ${answerWithinMs} ms`));
    });
    const answered = (): void => {
      cancel();
      this.#silent.delete(member);
    };
    member.line.call(method, ...parameters).then(
      (value) => {
        answered();
        resolve(value);
      },
      (error) => {
        answered();
        reject(error);
      },
    );
    return promise;
  }
}
