/** Results that are hard to write down: what somebody else chose every name in, none, very many. Nobody measured their numbers. */
import type { ResultSet } from '../../reports/result-set.ts';
import { histogram, number, type SampleCell, sampleRecord, sampleResult } from './sample-record.ts';

/** What would act in a page, a table, a spreadsheet, a terminal, a label and an annotation, were it taken for more than text. */
export const hostile = `<script>alert('x')</script>|"a",\\\n=1+1 \u0007\u001b[31m\u2028\u{1f600}]]>{#\`%0A::error::`;

function named(name: string): ResultSet {
  const record = sampleRecord({
    scenario: name,
    stack: name,
    description: name,
    environment: { node: name, cpu: name, fingerprint: name, commit: name },
    parameters: { [name]: name },
    files: [name],
    durability: name,
    findings: [
      { verdict: 'NOTE', about: name, detail: name },
      { verdict: 'FAIL', about: name, detail: name },
    ],
    faults: [
      {
        fault: name,
        on: name,
        options: {},
        injectedAtMs: 1,
        confirmedAtMs: 2,
        healedAtMs: 3,
        verifiedAtMs: null,
      },
    ],
    checks: [{ check: name, verdict: 'FAIL', detail: name, evidence: [name] }],
    metrics: { ...sampleRecord().metrics, spawn_ms: histogram(80, 120), errors: number(3) },
  });
  const result = sampleResult([
    record,
    { scenario: name, stack: 'none', verdict: 'INCONCLUSIVE', reason: name },
  ]);
  const index = { ...result.index, command: name, profile: name, sources: { [name]: name } };
  return { ...result, index, directory: name, doubts: [name] };
}

const absent: SampleCell = { stack: 'redis', verdict: 'UNSUPPORTED', reason: 'not installed' };

export const hardResults = {
  ordinary: sampleResult([sampleRecord(), sampleRecord({ stack: 'sqlite' }), absent]),
  hostile: named(hostile),
  'of names of 10 kB': named(hostile.repeat(Math.ceil(10_240 / hostile.length))),
  empty: sampleResult([]),
  'of cells that left no record': sampleResult([
    absent,
    { ...absent, stack: 'postgres', verdict: 'INCONCLUSIVE' },
  ]),
} satisfies { readonly [name: string]: ResultSet };

/** 250 sets of values on four stacks. */
export const thousandCells = sampleResult(
  Array.from({ length: 1000 }, (_, at) =>
    sampleRecord({
      stack: ['memory', 'sqlite', 'redis', 'postgres'][at % 4] as string,
      parameters: { at: at >> 2 },
    }),
  ),
);
