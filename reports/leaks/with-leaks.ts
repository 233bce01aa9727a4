import type { CheckResult, RunRecord } from '../record.ts';
import { verdictOf } from '../verdict.ts';

/** What a search for leaks came to, for the record of its cell. */
export interface LeakStudy {
  readonly check: CheckResult;
  /** Bytes of heap an operation over the processes; null where none says anything. */
  readonly heapSlope: number | null;
  /** What it leaves beside the record. */
  readonly files: readonly string[];
}

/** The record with what the search for leaks came to: one check more, and the slope over processes instead of that of its own. */
export function withLeaks(record: RunRecord, { check, heapSlope, files }: LeakStudy): RunRecord {
  const { heap_slope: _, ...measured } = record.metrics;
  const checks = [...record.checks, check];
  return {
    ...record,
    metrics: { ...measured, ...(heapSlope !== null && { heap_slope: { unit: 'B/op', value: heapSlope } }) },
    ...(record.asked && { asked: [...record.asked, check.check] }),
    checks,
    files: [...record.files, ...files],
    verdict: verdictOf({ ...record, checks }),
  };
}
