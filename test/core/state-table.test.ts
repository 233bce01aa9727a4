import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AgentStatus, agentStatuses, isLegalTransition, isTerminal } from '../../core/agent.ts';
import type { Orchestrator } from '../../core/orchestrator.ts';
import { swarmStatuses, swarmTransitions } from '../../core/swarm.ts';
import { codeOf, stand, storedAgent } from './stand.ts';

/** The table once more, written out: a row per status, who may follow. */
const legal: { readonly [from in AgentStatus]: string } = {
  spawning: 'running failed killed',
  running: 'paused retrying completed failed killed',
  paused: 'running failed killed',
  retrying: 'running failed killed',
  completed: '',
  failed: '',
  killed: '',
};

test('the table, all 49 pairs', () => {
  for (const from of agentStatuses)
    for (const to of agentStatuses)
      assert.is(isLegalTransition(from, to), legal[from].split(' ').includes(to), `${from} -> ${to}`);
});

test('terminal is terminal', () => {
  for (const status of agentStatuses) {
    assert.is(isTerminal(status), ['completed', 'failed', 'killed'].includes(status));
    if (isTerminal(status)) for (const to of agentStatuses) assert.not(isLegalTransition(status, to));
  }
});

test('every swarm status is left only as its table says, and destroyed is the end', () => {
  for (const from of swarmStatuses) assert.not(swarmTransitions[from].includes(from));
  assert.equal(swarmTransitions.destroyed, []);
  assert.equal(swarmTransitions.completed, ['destroyed']);
});

/** Each operation, the status it leads to, and the statuses it may start from. */
const operations: readonly {
  readonly name: string;
  readonly from: readonly AgentStatus[];
  readonly to: AgentStatus;
  readonly call: (orchestrator: Orchestrator, id: string) => Promise<unknown>;
}[] = [
  { name: 'pause', from: ['running'], to: 'paused', call: (one, id) => one.pause(id) },
  { name: 'resume', from: ['paused'], to: 'running', call: (one, id) => one.resume(id) },
  { name: 'complete', from: ['running'], to: 'completed', call: (one, id) => one.complete(id, 'done') },
  {
    name: 'fail',
    from: ['spawning', 'running', 'paused', 'retrying'],
    to: 'failed',
    call: (one, id) => one.fail(id, 'why'),
  },
  {
    name: 'kill',
    from: ['spawning', 'running', 'paused', 'retrying'],
    to: 'killed',
    call: (one, id) => one.kill(id),
  },
];

for (const { name, from, to, call } of operations) {
  for (const status of agentStatuses) {
    const allowed = from.includes(status);
    test(`${name} of an agent that is ${status}: ${allowed ? to : 'refused'}`, async () => {
      const { orchestrator, storage } = await stand();
      const before = storedAgent('a', { status });
      storage.agentRows.set('a', before);
      const code = await codeOf(() => call(orchestrator, 'a'));
      const after = storage.agentRows.get('a');
      if (allowed) {
        assert.is(code, 'none');
        assert.equal([after?.status, after?.version], [to, before.version + 1]);
        assert.is(after?.owner, isTerminal(to) ? null : 'main');
      } else {
        assert.is(code, 'ILLEGAL_TRANSITION');
        assert.is(after, before, 'nothing was stored');
      }
    });
  }
}

test('remember is allowed until the end', async () => {
  for (const status of agentStatuses) {
    const { orchestrator, storage } = await stand();
    storage.agentRows.set('a', storedAgent('a', { status }));
    const code = await codeOf(() => orchestrator.remember('a', { step: 2 }));
    assert.is(code, isTerminal(status) ? 'ILLEGAL_TRANSITION' : 'none', status);
    assert.equal(storage.agentRows.get('a')?.session, isTerminal(status) ? null : { step: 2 });
  }
});

test('every operation on an agent that is not there: NOT_FOUND', async () => {
  const { orchestrator } = await stand();
  for (const { name, call } of operations)
    assert.is(await codeOf(() => call(orchestrator, 'x')), 'NOT_FOUND', name);
  assert.is(await orchestrator.get('x'), undefined);
});

test.run();
