import type { Agent } from '../../core/agent.ts';
import type { ControlEntry } from '../run/control-log.ts';
import { type Check, type Evidence, type Fact, harmed, holds, timeOf, undecided } from './check.ts';
import { historiesOf } from './histories.ts';
import { type Linearized, linearize, type Operation } from './linearize.ts';

/**
 * Every compare-and-set of an agent's version was answered as if one after another had been carried out, each at one
 * moment between its call and its answer, and what storage holds at the end is what the last of them left. Agent by agent:
 * what is done to one says nothing of another.
 */
export const linearizable: Check = (evidence, patience) => {
  const { control, agents } = evidence;
  const histories = historiesOf(control);
  if (histories.size === 0) return undecided('no change of an agent was asked for');
  const stored = new Map(agents.map((agent) => [agent.id, agent]));
  const wrong: Fact[] = [];
  let unknown = 0;
  let operations = 0;
  for (const [id, history] of histories) {
    const all = [...history.map(operationOf), readOf(stored.get(id))];
    operations += all.length;
    const found: Linearized = patience.over ? { holds: null } : linearize(all, patience);
    if (found.holds === null) unknown++;
    else if (!found.holds) wrong.push(factOf(id, found, evidence));
  }
  const of = `of ${histories.size} agents`;
  const detail = `${wrong.length} ${of} cannot have been changed as was answered, in any order`;
  if (wrong.length > 0) return harmed('lost by the storage', evidence, detail, wrong);
  if (unknown > 0) return undecided(`${unknown} ${of} could not be put in order in time`);
  return holds(`${operations} operations ${of}, each as if alone`);
};

function operationOf(entry: ControlEntry): Operation {
  return {
    kind: entry.operation as Operation['kind'],
    version: entry.version ?? 0,
    status: entry.status ?? null,
    outcome: entry.outcome as Operation['outcome'],
    calledMs: entry.calledMs ?? entry.atMs,
    answeredMs: entry.atMs,
  };
}

/** What storage holds at the end, when everything else is over. */
function readOf(agent: Agent | undefined): Operation {
  const [calledMs, answeredMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const { version = 0, status = null } = agent ?? {};
  return { kind: 'read', version, status, outcome: 'done', calledMs, answeredMs };
}

function factOf(
  id: string,
  { at, possible }: Linearized & { readonly holds: false },
  evidence: Evidence,
): Fact {
  const { kind, version, status, outcome } = at;
  const record = version === 0 ? 'nothing' : `version ${version} (${status})`;
  const could = `${id} could only be ${possible.join(' or ')}`;
  if (kind === 'read')
    return { text: `storage holds ${record} of ${id} at the end, when ${could}`, id, kind, version, status };
  const [calledMs, answeredMs] = [timeOf(evidence, at.calledMs), timeOf(evidence, at.answeredMs)];
  const asked = kind === 'remove' ? 'removal' : `${kind} to ${record}`;
  const answer = outcome === 'conflict' ? 'refused for a conflict' : 'acknowledged';
  const when = `asked for at ${seconds(calledMs)} and ${answer} at ${seconds(answeredMs)}`;
  const text = `${id}: ${asked}, ${when}, when ${could}`;
  return { text, id, kind, version, status, outcome, calledMs, answeredMs };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(6)} s`;
}
