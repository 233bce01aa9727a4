/** Every broken double is run through the real runner and caught, by name, by what is meant to catch it; its twin is not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../reports/record.ts';
import { playShortCell } from '../doubles/short-cell.ts';
import { doubles } from '../doubles/table.ts';

function failing({ checks }: RunRecord): string[] {
  return checks.filter(({ verdict }) => verdict === 'FAIL').map(({ check }) => check);
}

function numberOf({ metrics }: RunRecord, name: string): number {
  const metric = metrics[name];
  assert.ok(metric !== undefined && 'value' in metric, `${name} was not measured`);
  return metric.value;
}

function isHealthy(record: RunRecord): void {
  const checks = record.checks.map(({ check, verdict, detail, evidence }) => ({
    check,
    verdict,
    detail,
    evidence,
  }));
  for (const { check, verdict, detail, evidence } of checks) {
    if (check === 'chain-complete' && record.workload['chain'] === null) continue;
    assert.is(verdict, 'PASS', `${check}: ${detail} ${evidence.join('; ')}`);
  }
  for (const metric of ['duplicates', 'reordered', 'phantom', 'lost_acked'])
    assert.is(numberOf(record, metric), 0, metric);
}

for (const { name, broken, caughtBy, also = [], perhaps, twin } of doubles) {
  test(`caught: ${name}`, async () => {
    const record = await playShortCell(broken);
    const { check, shows } = caughtBy;
    assert.equal(
      failing(record)
        .filter((failed) => failed !== perhaps)
        .sort(),
      [check, ...also].sort(),
    );
    const evidence = record.checks.find((result) => result.check === check)?.evidence ?? [];
    assert.ok(
      evidence.some((line) => shows.test(line)),
      evidence.join('; '),
    );
    assert.is(record.verdict, 'FAIL');
    assert.ok(record.files.includes(`checks/${check}.ndjson`), record.files.join());
  });

  if (twin === undefined) continue;
  test(`healthy twin: ${name}`, async () => {
    isHealthy(await playShortCell(twin));
  });
}

test('healthy twin of all others: the same decorators with nothing to say', async () => {
  const record = await playShortCell({});
  isHealthy(record);
  assert.is(numberOf(record, 'delivery_rate_pct'), 100);
  assert.is(numberOf(record, 'message_delivery_rate_pct'), 100);
});

test.run();
