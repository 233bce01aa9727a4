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
drill(test, 'drill-disk-full', {
  sees: (record) => assert.is(errorsLike(record, /disk I\/O error|disk is full/), numberOf(record, 'errors')),
});

test.run();
