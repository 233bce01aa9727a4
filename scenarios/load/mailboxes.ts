import type { Message } from '../../core/message.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Row } from '../ledger/row.ts';
import type { Closable, SystemUnderTest } from '../sut.ts';
import type { Member } from './member.ts';

interface Retired {
  readonly subscriptions: readonly Closable[];
  readonly slot: number;
  /** The last message addressed to the agent that left. */
  readonly lastSequence: number;
  /** When to stop waiting for it, in Clock milliseconds. */
  readonly untilMs: number;
}

/**
 * How long the subscription of an agent that left is kept for a message that does not come, in ms. Longer than any
 * stall of our own process: a message that waits behind one must not be taken for lost, and lost by that.
 */
const patienceMs = 60_000;

/** Every topic that concerns an agent. Nothing is sent to any but the first: the others are there to be looked past. */
function patternsFor({ id, commands, swarmId }: Member): readonly string[] {
  const own = [commands, `agent.${id}.events`, `agent.${id}.logs`];
  const swarm = swarmId === '' ? [] : [`swarm.${swarmId}.broadcast`];
  return [...own, ...swarm, 'task.*.updates', 'system.alerts'];
}

/** The agents' subscriptions to the messages addressed to them. An agent's stay until what it is owed has come. */
export class Mailboxes {
  readonly #sut: SystemUnderTest;
  readonly #full: boolean;
  readonly #ledger: Ledger;
  readonly #row: Row;
  readonly #received: (messages: readonly Message[], slot: number, topic: string) => void;
  readonly #open = new Map<Member, readonly Closable[]>();
  #retired: Retired[] = [];
  /** Of agents that did not get them all. */
  readonly #unused: Closable[] = [];

  constructor(options: {
    readonly sut: SystemUnderTest;
    readonly mailbox: 'commands' | 'full';
    readonly ledger: Ledger;
    readonly row: Row;
    readonly received: (messages: readonly Message[], slot: number, topic: string) => void;
  }) {
    this.#sut = options.sut;
    this.#full = options.mailbox === 'full';
    this.#ledger = options.ledger;
    this.#row = options.row;
    this.#received = options.received;
  }

  /** Subscriptions open now. */
  get count(): number {
    const retired = this.#retired.map(({ subscriptions }) => subscriptions);
    return [...this.#open.values(), ...retired].reduce((sum, own) => sum + own.length, 0);
  }

  /** All of the agent's subscriptions or, where it rejects, none. */
  async open(member: Member): Promise<void> {
    const patterns = this.#full ? patternsFor(member) : [member.commands];
    const open: Closable[] = [];
    try {
      for (const pattern of patterns) {
        const received = (messages: readonly Message[]): void =>
          this.#received(messages, member.slot, pattern);
        open.push(await this.#sut.messages.subscribe(pattern, received));
      }
    } catch (error) {
      this.#unused.push(...open);
      throw error;
    }
    this.#open.set(member, open);
  }

  /** Nothing more will be addressed to this agent. */
  retire(member: Member, nowMs: number): void {
    const subscriptions = this.#open.get(member);
    if (subscriptions === undefined) return;
    this.#open.delete(member);
    const lastSequence = this.#ledger.sent[member.slot] as number;
    this.#retired.push({ subscriptions, slot: member.slot, lastSequence, untilMs: nowMs + patienceMs });
  }

  /** Takes the retired ones out whose messages have all come, or whose time is up: the caller closes them. */
  takeDone(nowMs: number): readonly Closable[] {
    const done = this.#unused.splice(0);
    this.#retired = this.#retired.filter(({ subscriptions, slot, lastSequence, untilMs }) => {
      const keep = nowMs < untilMs && !this.#ledger.allArrived(this.#row, slot, lastSequence);
      if (!keep) done.push(...subscriptions);
      return keep;
    });
    return done;
  }

  /** Takes all out, to be closed. */
  takeAll(): readonly Closable[] {
    const retired = this.#retired.flatMap(({ subscriptions }) => subscriptions);
    const all = [...retired, ...[...this.#open.values()].flat(), ...this.#unused.splice(0)];
    this.#retired = [];
    this.#open.clear();
    return all;
  }
}
