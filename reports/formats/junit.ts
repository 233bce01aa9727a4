import { exitCodeOf, type FailOn } from '../verdict.ts';
import { type JudgedCell, type Judgement, judgedCells } from './judgements.ts';
import type { Reporter } from './reporter.ts';
import { element, inertXml } from './xml.ts';

/** JUnit XML, as build servers read it: a suite for each cell, a test case for all that was judged of it. */
export const junit: Reporter = (result, { failOn = 'fail' }) => junitXml(judgedCells(result), failOn);

/** FAIL, and what `failOn` adds to it, is a failure; INCONCLUSIVE an error; UNSUPPORTED is skipped. */
export function junitXml(cells: readonly JudgedCell[], failOn: FailOn): string {
  const suites = cells.map((cell) => suiteOf(cell, failOn));
  const total = (count: keyof Counts): number => suites.reduce((sum, { counts }) => sum + counts[count], 0);
  const attributes = {
    name: 'testbed',
    tests: total('tests'),
    failures: total('failures'),
    errors: total('errors'),
  };
  const body = suites.map(({ xml }) => xml);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', attributes, body)}\n`;
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function suiteOf({ title, record, judgements }: JudgedCell, failOn: FailOn): { xml: string; counts: Counts } {
  const kinds = judgements.map(({ verdict }) => kindOf(verdict, failOn));
  const count = (wanted: string): number => kinds.filter((kind) => kind === wanted).length;
  const counts = {
    tests: judgements.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
  const played: { readonly [name: string]: string } =
    record === null ? {} : { time: (record.durationMs / 1000).toFixed(3), timestamp: record.startedAt };
  const facts =
    record === null ? [] : [element('properties', {}, propertiesOf(record.seed, record.environment))];
  const cases = judgements.map((each) => caseOf(each, title, failOn));
  return { xml: element('testsuite', { name: title, ...counts, ...played }, [...facts, ...cases]), counts };
}

function propertiesOf(seed: number, environment: { readonly [name: string]: unknown }): readonly string[] {
  const { commit, fingerprint } = environment;
  return Object.entries({ seed, commit, fingerprint })
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => element('property', { name, value: String(value) }, []));
}

function kindOf(verdict: Judgement['verdict'], failOn: FailOn): 'failure' | 'error' | 'skipped' | 'passed' {
  if (exitCodeOf([verdict], failOn) === 1) return 'failure';
  if (verdict === 'UNSUPPORTED') return 'skipped';
  return verdict === 'INCONCLUSIVE' ? 'error' : 'passed';
}

function caseOf({ name, verdict, detail }: Judgement, title: string, failOn: FailOn): string {
  const kind = kindOf(verdict, failOn);
  const text = inertXml(detail);
  // A build server shows the message in its list, and the text below it.
  const message = detail.split('\n')[0] ?? '';
  const told =
    kind === 'passed'
      ? element('system-out', {}, [`${verdict}: ${text}`])
      : element(kind, { type: verdict, message }, [text]);
  return element('testcase', { classname: title, name }, [told]);
}
