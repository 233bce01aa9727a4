/** Memory that something leaks is told by the monitor: once, above its threshold, and not before. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../core/clock.ts';
import { createPerformanceMonitor, type PerformanceAlert } from '../../core/monitor.ts';
import { until } from '../bin/command-line.ts';
import { prepareFault } from '../chaos/fault-kit.ts';

test('a leak of listeners, and what they hold, is alerted', async () => {
  const heapUsed = (): number => process.memoryUsage().heapUsed;
  globalThis.gc?.();
  const heapThreshold = heapUsed() + 50e6;
  const alerts: PerformanceAlert[] = [];
  const monitor = createPerformanceMonitor({ clock: systemClock, heapUsed, eventCount: () => 0 });
  monitor.start({ heapThreshold, intervalMs: 20, alertHandler: (alert) => void alerts.push(alert) });
  const leak = await prepareFault('listener-leak', { kind: 'process' }, { rate: 20_000, holds: 10_000 });
  try {
    await systemClock.sleep(100);
    assert.equal(alerts, [], 'nothing leaks yet');
    await leak.inject();
    await until('the alert', () => alerts.length > 0);
    const [{ kind, value, threshold }] = alerts as [PerformanceAlert];
    assert.equal([kind, threshold], ['heap', heapThreshold]);
    assert.ok(value > heapThreshold);
  } finally {
    await leak.heal();
    monitor.stop();
  }
});

test.run();
