import type { Agent } from '../../core/agent.ts';
import type { Clock } from '../../core/clock.ts';
import { isTestbedError, TestbedError } from '../../core/error.ts';
import { nodeOf } from '../../core/nodes/tenure.ts';
import type { Member } from './member.ts';
import type { PatientAsk } from './patient-ask.ts';

/** How long an operation is brought to whoever owns its agent by then, and how long between two looks, in ms. */
const bringWithinMs = 5000;
const lookAgainMs = 20;

/** What says that it was not done, and that another node may be the one to ask. */
export const elsewhere = ['NOT_OWNER', 'FENCED', 'UNAVAILABLE', 'CLOSED'] as const;

/**
 * Knows which node owns which agent, as a client does that was told where it was spawned, and asks again when it is told that
 * it is not so any more. New agents go to the node that has fewest.
 */
export class Owners {
  readonly #members: readonly Member[];
  readonly #asking: PatientAsk;
  readonly #clock: Clock;
  readonly #homes = new Map<string, Member>();
  readonly #counts: Map<Member, number>;

  constructor(members: readonly Member[], asking: PatientAsk, clock: Clock) {
    this.#members = members;
    this.#asking = asking;
    this.#clock = clock;
    this.#counts = new Map(members.map((member) => [member, 0]));
  }

  /** The node that new agents go to, those left out that have been asked; UNAVAILABLE when none answers. */
  least(asked: ReadonlySet<Member> = new Set()): Member {
    let least: Member | undefined;
    for (const member of this.#members) {
      if (asked.has(member) || !this.#asking.isUsable(member)) continue;
      if (least === undefined || this.#countOf(member) < this.#countOf(least)) least = member;
    }
    if (least === undefined) throw new TestbedError('UNAVAILABLE', 'no node answers');
    return least;
  }

  /** Whether any node beside these can be asked. */
  hasOther(asked: ReadonlySet<Member>): boolean {
    return this.#members.some((member) => !asked.has(member) && this.#asking.isUsable(member));
  }

  settle(id: string, member: Member): void {
    const before = this.#homes.get(id);
    if (before === member) return;
    if (before !== undefined) this.#counts.set(before, this.#countOf(before) - 1);
    this.#homes.set(id, member);
    this.#counts.set(member, this.#countOf(member) + 1);
  }

  /** It has ended: nobody owns it any more. */
  forget(id: string): void {
    const member = this.#homes.get(id);
    if (member === undefined) return;
    this.#homes.delete(id);
    this.#counts.set(member, this.#countOf(member) - 1);
  }

  /** Asks the node that owns an agent, whichever it is by then. */
  async ask(id: string, method: string, ...parameters: readonly unknown[]): Promise<unknown> {
    const byMs = this.#clock.now() + bringWithinMs;
    for (let member = this.#homes.get(id) ?? this.least(); ; ) {
      try {
        if (!this.#asking.isUsable(member))
          throw new TestbedError('UNAVAILABLE', `${member.name} does not answer`);
        return await this.#asking.ask(member, method, id, ...parameters);
      } catch (error) {
        if (!isTestbedError(error, ...elsewhere) || this.#clock.now() >= byMs) throw error;
        const owner = await this.#ownerOf(id);
        if (owner === null) return this.#asking.ask(this.least(), method, id, ...parameters);
        // It owns it, and answers: it is not for want of the right node that it could not be done.
        if (owner === member && isTestbedError(error, 'UNAVAILABLE') && this.#asking.isUsable(owner))
          throw error;
        if (owner === member) await this.#clock.sleep(lookAgainMs);
        member = owner;
        this.settle(id, owner);
      }
    }
  }

  /** As stored now; null when nobody owns it. */
  async #ownerOf(id: string): Promise<Member | null> {
    const agent = (await this.#asking.ask(this.least(), 'get', id)) as Agent | null;
    const owner = agent?.owner ?? null;
    return this.#members.find(({ name }) => owner !== null && name === nodeOf(owner)) ?? null;
  }

  #countOf(member: Member): number {
    return this.#counts.get(member) ?? 0;
  }
}
