import { isTestbedError } from '../../core/error.ts';
import type { Asked, Call, Effect, Gate } from '../gate.ts';

/** What could be seen of one call from both sides of an effect, by somebody who does not know the effect. */
export interface WatchedCall {
  readonly call: Call;
  readonly askedMs: number;
  /** How often the port beneath was called. */
  readonly made: number;
  /** It was called with something else than the caller asked for. */
  readonly changed: boolean;
  /** What the caller was told, and what the port had answered. */
  readonly told: 'done' | 'failed' | 'unknown';
  readonly answered: 'done' | 'failed' | 'nothing';
  /** How long the caller waited beyond what the port took, in ms. */
  readonly heldMs: number;
  /** A call that was asked for later reached the port sooner. */
  readonly overtaken: boolean;
}

/** An effect and the calls it lies over. */
export interface Member {
  readonly matches: (call: Call) => boolean;
  readonly effect: Effect;
}

const members = new WeakMap<Gate, readonly Member[]>();

/** Lays an effect over the calls of a gate that match, beside those that lie there already. Returns what takes it away. */
export function layOver(gate: Gate, member: Member): () => void {
  const set = (next: readonly Member[]): void => {
    members.set(gate, next);
    gate.effect = next.length === 0 ? null : inOrder(next);
  };
  set([...(members.get(gate) ?? []), member]);
  return () => set((members.get(gate) ?? []).filter((other) => other !== member));
}

function inOrder(all: readonly Member[]): Effect {
  return (call, proceed, asked) =>
    all
      .filter(({ matches }) => matches(call))
      .reduce<typeof proceed>(
        (beneath, { effect }) =>
          (changed = asked) =>
            effect(call, beneath, changed),
        (changed = asked) => proceed(changed),
      )(asked);
}

/** The same effect, every call of which is watched from both sides. */
export function watchCalls(effect: Effect, now: () => number, seen: (watched: WatchedCall) => void): Effect {
  let asked = 0;
  let latestMade = 0;
  return async <T>(call: Call, proceed: (asked?: Asked) => Promise<T>, parameters: Asked): Promise<T> => {
    const turn = ++asked;
    const askedMs = now();
    let [made, changed, overtaken, portMs] = [0, false, false, 0];
    let answered: WatchedCall['answered'] = 'nothing';
    const beneath = async (given: Asked = parameters): Promise<T> => {
      made++;
      changed ||= given !== parameters;
      overtaken ||= latestMade > turn;
      latestMade = Math.max(latestMade, turn);
      const madeMs = now();
      try {
        const answer = await proceed(given);
        answered = 'done';
        return answer;
      } catch (error) {
        answered = 'failed';
        throw error;
      } finally {
        portMs += now() - madeMs;
      }
    };
    const tell = (told: WatchedCall['told']): void =>
      seen({ call, askedMs, made, changed, told, answered, overtaken, heldMs: now() - askedMs - portMs });
    try {
      const answer = await effect(call, beneath, parameters);
      tell('done');
      return answer;
    } catch (error) {
      tell(isTestbedError(error, 'TIMEOUT') ? 'unknown' : 'failed');
      throw error;
    }
  };
}
