import { TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Member } from './member.ts';

/**
 * By which node a producer publishes. It stays with one while that lives, also when it does not answer: what it has been
 * given and not answered may still be published, and what came by another meanwhile would be in front of it.
 */
export class WaysIn {
  readonly #members: readonly Member[];
  readonly #ways = new Map<number, Member>();
  /** Whose way is another than it was: by which one of what they have sent came nobody can tell any more. */
  readonly #moved = new Set<number>();

  constructor(members: readonly Member[]) {
    this.#members = members;
  }

  /** Resolves once all are published. What goes by several nodes and not by each is TIMEOUT: some of it may be. */
  async publish(method: string, messages: readonly Message[]): Promise<void> {
    const parts = new Map<Member, Message[]>();
    for (const message of messages) {
      const member = this.wayOf(message.producer);
      const part = parts.get(member);
      if (part === undefined) parts.set(member, [message]);
      else part.push(message);
    }
    const publishes = [...parts].map(([{ line }, part]) => line.call(method, part));
    if (publishes.length <= 1) return void (await publishes[0]);
    const failed = (await Promise.allSettled(publishes)).filter((one) => one.status === 'rejected');
    const [first] = failed;
    if (first === undefined) return;
    throw new TestbedError(
      'TIMEOUT',
      `${failed.length} of ${publishes.length} nodes did not publish what was theirs: ${first.reason}`,
      { cause: first.reason },
    );
  }

  /** Whether all that a producer has published came by that member, or nothing did; null: some of it. */
  isBy(producer: number, member: Member): boolean | null {
    return this.#moved.has(producer) ? null : this.#ways.get(producer) === member;
  }

  wayOf(producer: number): Member {
    const before = this.#ways.get(producer);
    if (before?.line.isReady) return before;
    const ready = this.#members.filter(({ line }) => line.isReady);
    const member = ready[producer % ready.length];
    if (member === undefined) throw new TestbedError('UNAVAILABLE', 'no node runs');
    if (before !== undefined && before !== member) this.#moved.add(producer);
    this.#ways.set(producer, member);
    return member;
  }
}
