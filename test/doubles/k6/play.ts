import type { K6Options, K6Scenario } from '../../../scenarios/drivers/k6/options.ts';
import { type RatePiece, RateProfile } from '../../../scenarios/load/rate.ts';
import type { Fault } from './faults.ts';
import type { Output } from './output.ts';
import { User } from './user.ts';

export interface Played {
  readonly script: string;
  readonly variables: { readonly [name: string]: string };
  readonly options: K6Options;
  readonly output: Output;
  readonly fault: Fault | null;
}

/** So many threads are enough for what tests ask; k6 would drop what finds none of them free, here it waits. */
const mostUsers = 4;

/** Users made, setup called, and then iterations begun by the schedules of the scenarios. */
export async function play({ script, variables, options, output, fault }: Played): Promise<void> {
  const users: User[] = [];
  for (let id = 1; id <= mostUsers; id++) users.push(new User({ script, variables, id }, output));
  await Promise.all(users.map((user) => user.ready));
  const [first] = users as [User];
  const data = await first.run({ exec: 'setup', scenario: '', iteration: 0, startTime: 0, data: null });
  const free = [...users];
  const waiting: ((user: User) => void)[] = [];
  const take = (): Promise<User> => {
    const user = free.pop();
    return user ? Promise.resolve(user) : new Promise((resolve) => waiting.push(resolve));
  };
  const give = (user: User): void => {
    const next = waiting.shift();
    if (next) next(user);
    else free.push(user);
  };
  const startMs = Date.now();
  const iterations: Promise<void>[] = [];
  const begin = async (scenario: string, exec: string, iteration: number): Promise<void> => {
    const user = await take();
    await user.run({ exec, scenario, iteration, startTime: startMs, data });
    give(user);
  };
  const playOne = async ([name, scenario]: readonly [string, K6Scenario]): Promise<void> => {
    const profile = new RateProfile(piecesOf(scenario));
    let iteration = 0;
    for (let due = 0; profile.dueAt(due) < profile.totalMs; due++) {
      const leftMs = startMs + profile.dueAt(due) - Date.now();
      if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
      if (fault === 'drops iterations' && due % 5 === 4)
        output.add('dropped_iterations', 'counter', 1, Date.now(), { scenario: name });
      else iterations.push(begin(name, scenario.exec ?? 'default', iteration++));
    }
  };
  await Promise.all(Object.entries(options.scenarios).map(playOne));
  await Promise.all(iterations);
  await Promise.all(users.map((user) => user.end()));
}

function piecesOf({ timeUnit, rate = 0, duration = '0s', startRate = 0, stages }: K6Scenario): RatePiece[] {
  const perS = (times: number): number => (times * 1000) / milliseconds(timeUnit);
  if (stages === undefined)
    return [{ forMs: milliseconds(duration), fromPerS: perS(rate), toPerS: perS(rate) }];
  let from = startRate;
  return stages.map(({ target, duration: lasts }) => {
    const piece = { forMs: milliseconds(lasts), fromPerS: perS(from), toPerS: perS(target) };
    from = target;
    return piece;
  });
}

function milliseconds(text: string): number {
  return text.endsWith('ms') ? Number(text.slice(0, -2)) : 1000 * Number(text.slice(0, -1));
}
