import type { Clock } from '../../core/clock.ts';
import type { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';
import { AgentCopy } from './agent-copy.ts';
import type { Requests } from './requests.ts';

/** A look at what is stored, at one agent or at many. */
type Look = (agentId: string) => Promise<unknown>;

/** Agents and events on the page that a listing begins with. */
const page = { limit: 100 };

/** Looks at the state of the system under test and changes nothing. Open model: a look counts from when it was due. */
export class Readers {
  readonly #clock: Clock;
  readonly #requests: Requests;
  readonly #looks: readonly Look[];
  readonly #inFlight: number;
  /** Null: what is looked at is not kept. */
  readonly copy: AgentCopy | null;
  #pending = 0;
  tally: Tally;

  constructor(parts: {
    readonly sut: SystemUnderTest;
    readonly workload: Workload;
    readonly clock: Clock;
    readonly requests: Requests;
    readonly tally: Tally;
  }) {
    this.#clock = parts.clock;
    this.#requests = parts.requests;
    const { looks = 'any' } = parts.workload;
    const copy = looks === 'any' ? null : new AgentCopy(parts.sut, looks);
    this.copy = copy;
    this.#looks = copy === null ? looksAt(parts.sut, parts.workload) : [() => copy.bringUpToDate()];
    this.#inFlight = parts.workload.inFlight;
    this.tally = parts.tally;
  }

  /** Looks that have not been answered. */
  get pending(): number {
    return this.#pending;
  }

  /** Makes the look that `choice` falls on. False when it is not made: too many are under way, or it cannot be asked. */
  read(agentId: string, choice: number, dueMs: number): boolean {
    const look = this.#looks[choice % this.#looks.length];
    if (look === undefined || this.#pending >= this.#inFlight) return false;
    void this.#make(look, agentId, dueMs);
    return true;
  }

  async #make(look: Look, agentId: string, dueMs: number): Promise<void> {
    const { tally } = this;
    this.#pending++;
    try {
      await this.#requests.ask('read', () => look(agentId));
      const doneMs = this.#clock.now();
      tally.latencies.read_ms.record(doneMs - dueMs, dueMs);
      tally.counts.readsDone++;
    } catch (error) {
      tally.unsuccessful('read', error, this.#clock.now());
    } finally {
      this.#pending--;
    }
  }
}

/** What this system lets be looked at, each as often as any other: one agent, those that run, how many, the events of one. */
function looksAt(sut: SystemUnderTest, { orchestrator }: Workload): readonly Look[] {
  const running = { status: 'running' } as const;
  const { history: kept = null } = orchestrator ?? {};
  return [
    sut.get && ((id: string) => sut.get?.(id)),
    sut.list && (() => sut.list?.(running, page)),
    sut.count && (() => sut.count?.(running)),
    kept !== null && sut.history && ((agentId: string) => sut.history?.({ agentId }, page)),
  ].filter((look): look is Look => Boolean(look));
}
