import type { Clock } from '../clock.ts';
import { TestbedError } from '../error.ts';
import { moveTo } from './balance.ts';
import { fallsTo } from './fall-to.ts';
import type { Entrant, NodeLife, NodeRepository } from './life.ts';
import { type Tenure, tenureOf } from './tenure.ts';
import { looksPerLease, Watch } from './watch.ts';

/** How nodes on one storage know of each other. */
export interface LeaseRules {
  /** How long a node need not renew its lease before others end it and take its agents over; it renews five times as often. */
  readonly leaseMs: number;
  /** Where others reach this node, for those who look for it; null: nowhere. */
  readonly address: string | null;
  /** Agents that a node with fewer than its share takes from the one that has most, in the time of a lease at the most; 0: none. */
  readonly rebalance: number;
}

export const leaseDefaults: LeaseRules = { leaseMs: 1000, address: null, rebalance: 0 };

export interface MembershipParts {
  readonly nodes: NodeRepository;
  readonly node: string;
  readonly rules: LeaseRules;
  readonly clock: Clock;
  readonly report: (error: unknown, doing: string) => void;
}

/** What a member does for those that have gone, and says of itself. */
export interface Duties {
  /** Takes over those agents of an owner that fall to this node; whether that owner has none any more. */
  takeOver(owner: string, isMine: (agentId: string) => boolean): Promise<boolean>;
  /** Takes over so many agents of an owner that stands; resolves to how many there were. */
  takeSome(owner: string, count: number): Promise<number>;
  /** Agents that an owner has. */
  countOf(owner: string): Promise<number>;
}

/** How often a node that leaves looks whether its agents have been taken over. */
const handOverLookMs = 10;

/**
 * One node among others on a storage. It renews its lease, looks whether the others renew theirs, ends those that have run out,
 * and takes over the agents of all that have ended, its share of them. When its own has been ended it enters anew, as another
 * life that owns nothing: whatever it still does for the life before is refused by the storage.
 */
export class Membership {
  readonly #parts: MembershipParts;
  readonly #watch = new Watch();
  #duties: Duties | null = null;
  #tenure: Required<Tenure>;
  #lives: readonly NodeLife[] = [];
  #looks = 0;
  #load = 0;
  #looking: Promise<void> | null = null;
  #takingOver: Promise<void> | null = null;
  #cancel: () => void = () => {};
  #leaving = false;
  /** Leases that it has lost. */
  lost = 0;
  /** Agents that it has taken from nodes that had more. */
  moved = 0;

  private constructor(parts: MembershipParts, token: number) {
    this.#parts = parts;
    this.#tenure = tenureOf({ node: parts.node, token });
  }

  /** Resolves once it has a lease. */
  static async enter(parts: MembershipParts): Promise<Membership> {
    return new Membership(parts, await parts.nodes.enter(entrantOf(parts)));
  }

  get tenure(): Required<Tenure> {
    return this.#tenure;
  }

  /** All that were known at the last look, this node among them. */
  get lives(): readonly NodeLife[] {
    return this.#lives;
  }

  /** From now on it keeps its lease, and looks after others. */
  begin(duties: Duties): void {
    this.#duties = duties;
    this.#lookLater();
  }

  /** Looks now; resolves once what fell to it by then has been taken over, or could not be. */
  async lookNow(): Promise<void> {
    await this.#looking;
    await this.#lookOnce();
    await this.#takingOver;
  }

  /**
   * Ends its lease by itself, so that others need not wait for it to run out. Resolves once they have taken its agents over,
   * when there are no others, or when `withinMs` are over. Nothing that it writes is stored any more.
   */
  async leave(withinMs: number): Promise<void> {
    this.#leaving = true;
    this.#cancel();
    await this.#looking;
    await this.#takingOver;
    try {
      await this.#handOver(this.#parts.clock.now() + withinMs);
    } catch (error) {
      this.#parts.report(error, 'handing over to other nodes');
    }
  }

  async #handOver(byMs: number): Promise<void> {
    const { nodes, clock } = this.#parts;
    const { token } = this.#tenure;
    for (let lives = await nodes.list(); ; lives = await nodes.list()) {
      const own = lives.find((life) => life.token === token);
      if (own === undefined) return;
      if (own.stands) await nodes.end(token, own.beat);
      const isAlone = !lives.some((life) => life.stands && life.token !== token);
      if (isAlone || clock.now() >= byMs) return;
      await clock.sleep(handOverLookMs);
    }
  }

  #lookLater(): void {
    const { clock, rules } = this.#parts;
    this.#cancel = clock.after(rules.leaseMs / looksPerLease, () => {
      void this.#lookOnce().finally(() => {
        if (!this.#leaving) this.#lookLater();
      });
    });
  }

  /** Never rejects. */
  #lookOnce(): Promise<void> {
    this.#looking ??= this.#look()
      // What could not be seen is no sign of anything: it has not been looked at, that is all.
      .catch((error) => this.#parts.report(error, 'looking after nodes'))
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { nodes } = this.#parts;
    const isFirst = this.#looks === 0;
    if (!(await nodes.renew(this.#tenure.token, this.#load))) await this.#enterAgain();
    const lives = await nodes.list();
    const others = lives.filter(({ token, stands }) => stands && token !== this.#tenure.token);
    const over = new Set(this.#watch.look(others));
    // An earlier life of this node needs no waiting for: it is this process that has come in its place.
    if (isFirst) for (const life of others) if (life.node === this.#parts.node) over.add(life);
    for (const { token, beat } of over) await nodes.end(token, beat);
    this.#lives = over.size === 0 ? lives : await nodes.list();
    const isTurn = this.#looks++ % looksPerLease === 0;
    if (isTurn) this.#load = (await this.#duties?.countOf(this.#tenure.owner)) ?? 0;
    // Beside the looks: many agents take longer than a lease lasts.
    this.#takingOver ??= this.#takeOver(isTurn).finally(() => {
      this.#takingOver = null;
    });
  }

  async #enterAgain(): Promise<void> {
    const { nodes, node, report } = this.#parts;
    const { owner } = this.#tenure;
    this.#tenure = tenureOf({ node, token: await nodes.enter(entrantOf(this.#parts)) });
    this.lost++;
    report(new TestbedError('FENCED', `${owner} has lost its lease`), 'renewing a lease');
  }

  async #takeOver(isTurn: boolean): Promise<void> {
    const { nodes, report } = this.#parts;
    const standing = this.#lives.filter(({ stands }) => stands).map(({ token }) => token);
    if (isTurn && standing.length === this.#lives.length) await this.#takeShare();
    for (const { stands, ...life } of this.#lives) {
      if (stands) continue;
      const { owner, token } = tenureOf(life);
      try {
        const isMine = (agentId: string): boolean => fallsTo(agentId, standing) === this.#tenure.token;
        if (await this.#duties?.takeOver(owner, isMine)) await nodes.forget(token);
      } catch (error) {
        report(error, `taking over the agents of ${owner}, which is tried again`);
      }
    }
  }

  /** When all others stand: what falls to it of one that does not is share enough. */
  async #takeShare(): Promise<void> {
    const { rules, report } = this.#parts;
    const { token } = this.#tenure;
    const now = this.#lives.map((life) => (life.token === token ? { ...life, load: this.#load } : life));
    const move = rules.rebalance > 0 ? moveTo(token, now, rules.rebalance) : null;
    if (move === null) return;
    const { owner } = tenureOf(move.from);
    try {
      this.moved += (await this.#duties?.takeSome(owner, move.count)) ?? 0;
    } catch (error) {
      report(error, `taking a share of the agents of ${owner}`);
    }
  }
}

function entrantOf({ node, rules: { address } }: MembershipParts): Entrant {
  return { node, address };
}
