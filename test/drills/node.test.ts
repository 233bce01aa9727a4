/** The drills that kill the orchestrator itself, in a process of its own: docs/chaos.md. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import { drill, numberOf } from './drill-kit.ts';

/** It lived twice, as two processes, and what is asked of it goes over IPC. */
function livedTwice({ environment }: RunRecord): void {
  const { transport, lives, pids } = environment['orchestrator'] as { readonly [name: string]: unknown };
  assert.equal([transport, lives], ['IPC', 2]);
  assert.is(new Set(String(pids).split(', ')).size, 2);
}

for (const stack of ['sqlite', 'redis']) {
  drill(test, 'drill-node-kill', {
    stack,
    sees: (record) => {
      livedTwice(record);
      assert.is(numberOf(record, 'lost_acked'), 0);
    },
  });
}

drill(test, 'drill-node-rolling', {
  stack: 'redis+postgres',
  sees: (record) => assert.is(numberOf(record, 'lost_acked'), 0),
});

const unpromised = /after kill on node; durability none promises nothing then/;

drill(test, 'drill-node-kill-memory', {
  unpromised: {
    'no-lost-acked': unpromised,
    'no-stranded': unpromised,
    linearizable: unpromised,
  },
  sees: livedTwice,
});

test.run();
