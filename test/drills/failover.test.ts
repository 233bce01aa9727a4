/**
 * The shipped drills in which a replica takes its primary's place: lost is what that had acknowledged alone, unless it had to
 * have a replica's word first; and who had promised otherwise is failed for it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { scratch } from '../bin/command-line.ts';
import { drill, type Expected, errorsLike, numberOf } from './drill-kit.ts';

const unpromised = (fault: string): Expected['unpromised'] => {
  const excuse = new RegExp(
    `after ${fault} on (bus|storage)\\.server; durability none promises nothing then$`,
  );
  return {
    'no-lost-acked': excuse,
    'legal-transitions': excuse,
    'no-stranded': excuse,
    'unique-spawn': excuse,
    linearizable: excuse,
  };
};

drill(test, 'drill-redis-failover', { unpromised: unpromised('redis-failover') });

drill(test, 'drill-redis-failover-guarded', {
  sees: (record) => {
    assert.is(numberOf(record, 'lost_acked'), 0);
    assert.ok(errorsLike(record, /NOREPLICAS/) > 0);
  },
});

drill(test, 'drill-postgres-failover', { unpromised: unpromised('postgres-failover') });

drill(test, 'drill-postgres-failover-guarded', {
  sees: (record) => assert.is(numberOf(record, 'lost_acked'), 0),
});

const folder = scratch();
test.after(() => folder.remove());
const promising = join(folder.path, 'promising.yaml');
writeFileSync(promising, 'name: promising\nextends: drill-redis-failover\ndurability: process-crash\n');

drill(test, promising, {
  broken: {
    'no-lost-acked':
      /after redis-failover on bus\.server, which durability process-crash promises to outlive$/,
  },
});

test.run();
