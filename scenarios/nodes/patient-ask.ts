import type { Clock } from '../../core/clock.ts';
import { isTestbedError, TestbedError } from '../../core/error.ts';
import type { Member } from './member.ts';

/** How long a node may take for one operation before its caller takes it for one that does not answer, in ms. */
export const answerWithinMs = 1000;

/** Asks members, and knows which of them have stopped answering: nobody waits for one that is paused longer than this. */
export class PatientAsk {
  readonly #clock: Clock;
  readonly #silent = new Set<Member>();
  /** Who is leaving, by the process that is. */
  readonly #leaving = new Map<Member, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It runs, is not about to end, and has not left the last question open. */
  isUsable(member: Member): boolean {
    const isLeaving = this.#leaving.get(member) === member.node.pid;
    return member.line.isReady && !isLeaving && !this.#silent.has(member);
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
        if (isTestbedError(error, 'CLOSED')) this.#leaving.set(member, member.node.pid);
        reject(error);
      },
    );
    return promise;
  }
}
