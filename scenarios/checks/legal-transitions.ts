import type { Agent } from '../../core/agent.ts';
import type { ControlEntry } from '../run/control-log.ts';
import { broken, type Check, harmed, holds, undecided, worstOf } from './check.ts';
import { historiesOf } from './histories.ts';
import { Life, type Problem } from './life.ts';

/** Every stored change is a transition of the state table, on the version it was made for; terminal is terminal. */
export const legalTransitions: Check = (evidence) => {
  const { control, agents } = evidence;
  const stored = new Map(agents.map((agent) => [agent.id, agent]));
  const problems: Problem[] = [];
  let changes = 0;
  for (const [id, history] of historiesOf(control)) {
    changes += history.filter(
      ({ operation, outcome }) => operation !== 'remove' && outcome === 'done',
    ).length;
    problems.push(...problemsIn(id, history, stored.get(id)));
  }
  if (changes === 0) return undecided('no change of an agent was stored');
  const of = `of ${changes} stored changes`;
  const texts = (lost: boolean): readonly string[] =>
    problems.filter((problem) => problem.lost === lost).map(({ text }) => text);
  const [lost, illegal] = [texts(true), texts(false)];
  const found = worstOf([
    illegal.length > 0 && broken(`${illegal.length} things wrong with the order ${of}`, illegal),
    lost.length > 0 &&
      harmed('lost by the storage', evidence, `${lost.length} ${of} were lost or made twice`, lost),
  ]);
  return found ?? holds(`${changes} stored changes, each legal`);
};

/** What is wrong with one agent, each time that it lived. */
function problemsIn(
  id: string,
  history: readonly ControlEntry[],
  stored: Agent | undefined,
): readonly Problem[] {
  const problems: Problem[] = [];
  let life = new Life();
  for (const entry of history) {
    if (entry.outcome === 'conflict') continue;
    if (entry.operation !== 'remove') {
      life.note(entry);
      continue;
    }
    problems.push(...life.problems(id, undefined));
    // Whether it is gone is not known: nothing can be said of it from there on.
    if (entry.outcome === 'unknown') return problems;
    life = new Life();
  }
  return [...problems, ...life.problems(id, life.begun ? stored : undefined)];
}
