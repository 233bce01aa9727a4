/** The shipped drills on Redis come out as the ground truth has it: docs/chaos.md. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drill, errorsLike, numberOf } from './drill-kit.ts';

const unpromised = /after kill on (bus|storage)\.server; durability none promises nothing then$/;

drill(test, 'drill-redis-kill', {
  unpromised: {
    'no-lost-acked': unpromised,
    'no-stranded': unpromised,
    'unique-spawn': unpromised,
    linearizable: unpromised,
  },
});

drill(test, 'drill-redis-kill-durable', {
  sees: (record) => assert.is(numberOf(record, 'lost_acked'), 0),
});

drill(test, 'drill-pubsub-cut', {
  unpromised: {
    'no-lost-acked': /after limit-data on bus\.link; this bus promises nothing to a subscriber that is away$/,
    'unique-spawn': /after limit-data on bus\.link; this bus promises nothing to a subscriber that is away$/,
  },
});

drill(test, 'drill-streams-cut', {
  sees: (record) => assert.is(numberOf(record, 'lost_acked'), 0),
});

drill(test, 'drill-redelivery', {
  sees: (record) => assert.ok(numberOf(record, 'duplicates') > 0),
});

drill(test, 'drill-redis-pause');

drill(test, 'drill-redis-full', {
  sees: (record) => assert.is(errorsLike(record, /OOM|maxmemory/), numberOf(record, 'errors')),
});

test.run();
