/**
 * Prints what the instruments say of a stall whose percentiles arithmetic knows, for docs/measuring.md:
 * `node test/docs/known-stall.ts`, ten seconds for each of the two real targets.
 */
import { systemClock } from '../../core/clock.ts';
import {
  blockingTarget,
  type KnownStall,
  measureStall,
  predictedDeliveryMs,
  queueingTarget,
  type StallMeasured,
} from '../../scenarios/load/self-test.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

const stall: KnownStall = { everyMs: 10_000, stallMs: 2000, perS: 100, periods: 1 };
const percents = [50, 80, 85, 90, 95, 99, 100];

function spin(untilMs: number): void {
  while (systemClock.now() < untilMs);
}

const virtual = new FakeClock();
const columns: readonly (readonly [name: string, value: (percent: number) => number])[] = [
  ['arithmetic', (percent) => predictedDeliveryMs(stall, percent)],
  ...both('virtual time', await virtual.play(measureStall(stall, virtual, queueingTarget(stall, virtual)))),
  ...both(
    'process blocked',
    await measureStall(stall, systemClock, blockingTarget(stall, systemClock, spin)),
  ),
  ...both('target queues', await measureStall(stall, systemClock, queueingTarget(stall, systemClock))),
];

function both(name: string, { delivery, service }: StallMeasured): (typeof columns)[number][] {
  return [
    [`${name}: delivery`, (percent) => delivery.percentile(percent)],
    [`${name}: service`, (percent) => service.percentile(percent)],
  ];
}

const rows = [
  ['', ...columns.map(([name]) => name)],
  ['---', ...columns.map(() => '---')],
  ...percents.map((percent) => [`p${percent}`, ...columns.map(([, value]) => value(percent).toFixed(1))]),
];
process.stdout.write(rows.map((row) => `| ${row.join(' | ')} |\n`).join(''));
