import { join } from 'node:path';
import type { test as uvuTest } from 'uvu';
import * as assert from 'uvu/assert';
import type { CheckResult, RunRecord } from '../../reports/record.ts';
import { readIndex, readRecords, resultIn, scratch, testbed } from '../bin/command-line.ts';

/** What a busy machine does to a cell: it doubts itself, and what came of the faults is told all the same. */
const busy = /^(generator too slow|event loop stalled|schedule overrun|late transitions|late sends)$/;

export interface Expected {
  /** Checks that say of a loss that it was never promised against: what each tells. Every other check passes. */
  readonly unpromised?: { readonly [check: string]: RegExp };
  /** Checks that fail it, as it is to be: what each tells. Where there are any, no other check is looked at. */
  readonly broken?: { readonly [check: string]: RegExp };
  /** Where the rights of this machine do not allow it, it is left out, in CI as well. */
  readonly mayBeForbidden?: boolean;
  /** Of several stacks the one that is played. Absent: the first. */
  readonly stack?: string;
  /** What else must be so in the record. */
  readonly sees?: (record: RunRecord) => void;
}

/** A machine that is busy with other things may leave a drill no time to recover: it is played again then, so often. */
const mostTries = 3;

/**
 * Registers a test for a drill, shipped or a file: it plays as the command line plays it, every fault was in force and is gone, every
 * threshold, in which the drill says what must come out, holds, and nothing else is wrong.
 */
export function drill(test: typeof uvuTest, name: string, expected: Expected = {}): void {
  const { path, remove } = scratch();
  test.after(remove);
  test(name, async () => {
    for (let tries = 1; ; tries++) {
      const record = await play(name, join(path, `try-${tries}`), expected);
      if (record === null) return;
      try {
        holds(record, expected);
        return expected.sees?.(record);
      } catch (error) {
        if (tries === mostTries || !record.findings.some(({ about }) => busy.test(about))) throw error;
      }
    }
  });
}

/** The record of a drill; null where this machine lacks a server for it: said, and in CI a failure. */
async function play(
  name: string,
  output: string,
  { stack, mayBeForbidden = false }: Expected,
): Promise<RunRecord | null> {
  const { stdout, stderr } = await testbed([
    'run',
    ...(name.endsWith('.yaml') ? [name] : ['--scenario', name]),
    ...(stack === undefined ? [] : ['--stacks', stack]),
    ...['--profile', 'quick', '--output', output],
  ]);
  const [cell] = readIndex(resultIn(output)).cells;
  if (cell?.verdict === 'UNSUPPORTED' && (mayBeForbidden || process.env['CI'] !== 'true')) {
    process.stdout.write(`SKIP ${name}: ${stdout.match(/^UNSUPPORTED.*$/m)?.[0] ?? 'not possible here'}\n`);
    return null;
  }
  const [record] = readRecords(resultIn(output));
  assert.ok(record, `${stdout}\n${stderr}`);
  return record;
}

function holds(record: RunRecord, { unpromised = {}, broken }: Expected): void {
  assert.ok(record.faults.length > 0);
  for (const { fault, confirmedAtMs, verifiedAtMs } of record.faults) {
    assert.type(confirmedAtMs, 'number', `${fault} was never seen in force`);
    assert.type(verifiedAtMs, 'number', `${fault} was never seen gone`);
  }
  assert.ok(record.thresholds.length > 0);
  for (const threshold of record.thresholds) assert.is(threshold.verdict, 'PASS', JSON.stringify(threshold));
  for (const [check, words] of Object.entries(broken ?? {})) {
    const result = record.checks.find((one) => one.check === check);
    assert.ok(result?.verdict === 'FAIL' && words.test(result.detail), result && tell(result));
  }
  for (const result of broken === undefined ? record.checks : []) {
    const excuse = unpromised[result.check];
    if (excuse === undefined) assert.is(result.verdict, 'PASS', tell(result));
    else assert.ok(result.verdict === 'UNSUPPORTED' && excuse.test(result.detail), tell(result));
  }
  const doubts = record.findings.filter(({ verdict, about }) => verdict !== 'NOTE' && !busy.test(about));
  assert.equal(doubts, []);
}

function tell({ check, verdict, detail, evidence }: CheckResult): string {
  return `${check} ${verdict}: ${detail}\n${JSON.stringify(evidence.slice(0, 3))}`;
}

export function numberOf({ metrics }: RunRecord, name: string): number {
  const metric = metrics[name];
  assert.ok(metric !== undefined && 'value' in metric, `${name} was measured`);
  return metric.value;
}

/** How many errors of the run were told in words like these. */
export function errorsLike({ findings }: RunRecord, words: RegExp): number {
  return findings
    .filter(({ about, detail }) => about === 'errors' && words.test(detail))
    .reduce((sum, { detail }) => sum + Number.parseInt(detail, 10), 0);
}
