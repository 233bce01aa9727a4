/** One of several nodes is cut off by its own ways alone, on real servers: the others go on, and take over what it had. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drill, numberOf } from './drill-kit.ts';

drill(test, 'drill-node-partition', {
  stack: 'redis',
  sees: (record) => {
    assert.ok(numberOf(record, 'takeover_ms') > 0);
    for (const name of ['event_delivery_same_node_ms', 'event_delivery_cross_node_ms']) {
      const metric = record.metrics[name];
      assert.ok(metric !== undefined && 'count' in metric && metric.count > 0, name);
    }
  },
});

test.run();
