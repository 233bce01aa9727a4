import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Goal, KeyFinding, QuarterlyOptions, Risk } from '../reports/quarterly/options.ts';
import { loadBottlenecks, loadComponents, loadPhases } from './expectations.ts';
import { packageRoot } from './package-root.ts';

interface TargetsFile {
  readonly findings: readonly (Omit<KeyFinding, 'target'> & {
    readonly finding: string;
    readonly text: string;
  })[];
  readonly goals: readonly (Omit<Goal, 'target'> & {
    readonly goal: string;
    readonly operator: Goal['target']['operator'];
    /** From the unit of the seed report to ours. */
    readonly times: number;
  })[];
  readonly outOfScope: QuarterlyOptions['outOfScope'];
}

type Target = number | readonly [low: number, high: number];

interface Tables {
  readonly key_findings: readonly { readonly metric: string; readonly target: Target }[];
  readonly v3_success_metrics: readonly { readonly metric: string; readonly target: number }[];
  readonly websocket: QuarterlyOptions['approaches'];
}

/** What the seed report asks for, expects and fears, for a quarterly report to hold what was measured against. */
export function loadQuarterly(): Pick<
  QuarterlyOptions,
  'findings' | 'goals' | 'outOfScope' | 'bottlenecks' | 'gains' | 'weights' | 'risks' | 'approaches'
> {
  const { key_findings, v3_success_metrics, websocket } = readJson<Tables>('baseline-tables.json');
  const { findings, goals, outOfScope } = readJson<TargetsFile>('targets.json');
  const targetOf = <T extends Target>(
    rows: readonly { readonly metric: string; readonly target: T }[],
    name: string,
  ): T => rows.find(({ metric }) => metric === name)?.target as T;
  return {
    findings: findings.map(({ finding, text, ...row }) => ({
      ...row,
      target: told(text, targetOf(key_findings, finding)),
    })),
    goals: goals.map(({ goal, operator, times, text, ...row }) => {
      const target = targetOf(v3_success_metrics, goal);
      return { ...row, target: { operator, limit: target * times }, text: told(text, target) };
    }),
    outOfScope,
    bottlenecks: loadBottlenecks(),
    gains: loadPhases(),
    weights: loadComponents(),
    risks: readJson<{ readonly risks: readonly Risk[] }>('risks.json').risks,
    approaches: websocket,
  };
}

function told(text: string, target: Target): string {
  return text.replace('{target}', typeof target === 'number' ? `${target}` : target.join('-'));
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(packageRoot, 'config', 'seed', name), 'utf8'));
}
