import type { Clock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Tally } from '../measure/tally.ts';
import type { SystemUnderTest } from '../sut.ts';
import type { Member } from './member.ts';
import type { Fate } from './plan.ts';
import { againMs, type Requests, retryAfterMs } from './requests.ts';

/** What came of it: done, or the error; refused as one that the agent's state does not allow: `illegal`. */
type Outcome = 'done' | 'illegal' | { readonly error: unknown };

export type Transition = 'pause' | 'resume' | Fate['end'];

const outcomes: { readonly [transition in Transition]: Member['state'] } = {
  pause: 'paused',
  resume: 'running',
  complete: 'ended',
  fail: 'ended',
  kill: 'ended',
};

/** Whether the agent that failed is started again, as far as the system under test says what became of it. */
function isRetrying(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'status' in answer && answer.status === 'retrying';
}

/** Carries out transitions of agents, those of one agent one after another, and counts how they came out. */
export class Transitions {
  readonly #sut: SystemUnderTest;
  readonly #clock: Clock;
  readonly #requests: Requests;
  tally: Tally;

  constructor(sut: SystemUnderTest, clock: Clock, requests: Requests, tally: Tally) {
    this.#sut = sut;
    this.#clock = clock;
    this.#requests = requests;
    this.tally = tally;
  }

  /** Pauses the agent if it runs when its turn comes, else resumes it. */
  toggle(member: Member): Promise<void> {
    return this.#inTurn(member, async () => {
      const transition = member.state === 'running' ? 'pause' : 'resume';
      const outcome = await this.#attempt(member, transition);
      // It is there already: what we believed was wrong, as after an operation whose outcome was unknown.
      if (outcome === 'illegal') member.state = outcomes[transition];
    });
  }

  /**
   * Ends the agent. A paused one cannot complete: it is resumed first. Whether it has ended, `member.state` tells. That
   * of one `retired`, which makes room for its successor, is no transition that the workload asks for: not timed.
   * Resolves to when it is to be tried again if it has not, from now, in ms.
   */
  async end(member: Member, how: Fate['end'], retired: boolean): Promise<number> {
    let afterMs = againMs;
    await this.#inTurn(member, async () => {
      if (how === 'complete' && member.state === 'paused') await this.#attempt(member, 'resume', retired);
      const outcome = await this.#attempt(member, how, retired);
      // Every living agent can be killed: one that cannot has ended already.
      const last = outcome === 'illegal' ? await this.#attempt(member, 'kill', retired) : outcome;
      if (last === 'illegal') member.state = 'ended';
      else if (last !== 'done') afterMs = retryAfterMs(last.error);
    });
    return afterMs;
  }

  #inTurn(member: Member, act: () => Promise<void>): Promise<void> {
    const turn = async (): Promise<void> => {
      if (member.state !== 'ended') await act();
      member.waiting--;
    };
    member.waiting++;
    member.queue = member.queue.then(turn);
    return member.queue;
  }

  async #attempt(member: Member, transition: Transition, retired = false): Promise<Outcome> {
    const { tally } = this;
    if (!retired) tally.counts.transitionsAsked++;
    const askedMs = this.#clock.now();
    try {
      const reach = (answer: unknown): void => {
        member.state = isRetrying(answer) ? 'running' : outcomes[transition];
      };
      reach(await this.#requests.ask(transition, () => this.#call(member.id, transition), reach));
      const doneMs = this.#clock.now();
      if (retired) {
        tally.counts.retirementsDone++;
        return 'done';
      }
      tally.counts.transitionsDone++;
      tally.latencies.transition_ms.record(doneMs - askedMs, askedMs);
      tally.windows.add('transitions', doneMs, 1);
      return 'done';
    } catch (error) {
      if (isTestbedError(error, 'ILLEGAL_TRANSITION', 'CONFLICT')) {
        tally.counts.transitionsRefused++;
        return isTestbedError(error, 'ILLEGAL_TRANSITION') ? 'illegal' : { error };
      }
      tally.unsuccessful(transition, error, this.#clock.now());
      return { error };
    }
  }

  #call(id: string, transition: Transition): Promise<unknown> {
    switch (transition) {
      case 'pause':
        return this.#sut.pause(id);
      case 'resume':
        return this.#sut.resume(id);
      case 'complete':
        return this.#sut.complete(id, { ended: 'as planned' });
      case 'fail':
        return this.#sut.fail(id, 'planned failure');
      case 'kill':
        return this.#sut.kill(id);
    }
  }
}
