/** The shipped drills on Postgres and SQLite come out as the ground truth has it: docs/chaos.md. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drill, errorsLike, numberOf } from './drill-kit.ts';

const nothingLost = {
  sees: (record: Parameters<typeof numberOf>[0]) => assert.is(numberOf(record, 'lost_acked'), 0),
};

drill(test, 'drill-postgres-kill', nothingLost);
drill(test, 'drill-postgres-backend-kill', nothingLost);
drill(test, 'drill-deadlock', nothingLost);
drill(test, 'drill-pool-exhaustion', nothingLost);
drill(test, 'drill-slow-disk', {
  stack: 'postgres',
  // It is done by strace, which not every container may use.
  mayBeForbidden: true,
  sees: ({ metrics }) => {
    const [write, look] = ['publish_ms{phase:during}', 'read_ms{phase:during}'].map((name) => metrics[name]);
    assert.ok(write && look && 'p50' in write && 'p50' in look);
    assert.ok((look.p50 ?? 0) < 60 && (write.p50 ?? 0) > 60, `${look.p50} and ${write.p50} ms`);
  },
});
drill(test, 'drill-disk-full', {
  sees: (record) => assert.is(errorsLike(record, /disk I\/O error|disk is full/), numberOf(record, 'errors')),
});

test.run();
