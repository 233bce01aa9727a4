import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPerformanceMonitor, type PerformanceAlert, performanceMonitor } from '../../core/monitor.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { events, settle, stand } from './stand.ts';

function watched() {
  const clock = new FakeClock();
  const now = { heap: 0, events: 0 };
  const alerts: PerformanceAlert[] = [];
  const monitor = createPerformanceMonitor({
    clock,
    heapUsed: () => now.heap,
    eventCount: () => now.events,
  });
  const alertHandler = (alert: PerformanceAlert): void => void alerts.push(alert);
  return { clock, now, alerts, monitor, alertHandler };
}

test('alerts once when a threshold is passed, and again after it had come back', async () => {
  const { clock, now, alerts, monitor, alertHandler } = watched();
  monitor.start({ heapThreshold: 100, alertHandler });
  for (const heap of [50, 100, 101, 150, 99, 120]) {
    now.heap = heap;
    await clock.advance(1000);
  }
  assert.equal(
    alerts.map(({ kind, value, threshold }) => [kind, value, threshold]),
    [
      ['heap', 101, 100],
      ['heap', 120, 100],
    ],
  );
});

test('the rate is events a second, over the time that really passed', async () => {
  const { clock, now, alerts, monitor, alertHandler } = watched();
  monitor.start({ eventRateThreshold: 1000, alertHandler, intervalMs: 500 });
  now.events += 500;
  await clock.advance(500);
  assert.is(alerts.length, 0, '1000/s is not above 1000/s');
  clock.elapse(1500);
  now.events += 1500;
  await clock.advance(500);
  assert.is(alerts.length, 0, '1500 at a look that comes a second late');
  now.events += 501;
  await clock.advance(500);
  assert.equal(
    alerts.map(({ kind, value }) => [kind, value]),
    [['event-rate', 1002]],
  );
});

test('what is not asked for is not watched; stop stops; start again starts anew', async () => {
  const { clock, now, alerts, monitor, alertHandler } = watched();
  now.heap = 1e9;
  monitor.start({ eventRateThreshold: 10, alertHandler });
  await clock.advance(3000);
  monitor.start({ heapThreshold: 1, alertHandler });
  await clock.advance(1000);
  assert.is(alerts.length, 1);
  monitor.stop();
  now.events = 1e9;
  await clock.advance(5000);
  assert.is(alerts.length, 1);
});

test('thresholds that are none are refused', () => {
  const { monitor, alertHandler } = watched();
  for (const bad of [{ heapThreshold: -1 }, { eventRateThreshold: Number.NaN }, { intervalMs: -5 }])
    assert.throws(
      () => monitor.start({ ...bad, alertHandler }),
      (error: { code: string }) => error.code === 'INVALID_ARGUMENT',
    );
});

test("an orchestrator's own counts its events", async () => {
  const { orchestrator, clock } = await stand();
  const alerts: PerformanceAlert[] = [];
  orchestrator.performanceMonitor.start({
    eventRateThreshold: 10,
    alertHandler: (alert) => void alerts.push(alert),
  });
  await orchestrator.events.publish(events(11));
  await settle();
  await clock.advance(1000);
  assert.is(alerts[0]?.value, 11);
  await orchestrator.close();
});

test('the one of the process has the signature that the seed documents', () => {
  performanceMonitor.start({
    heapThreshold: 500 * 1024 * 1024,
    eventRateThreshold: 1000,
    alertHandler: (alert) => assert.unreachable(JSON.stringify(alert)),
  });
  performanceMonitor.stop();
});

test.run();
