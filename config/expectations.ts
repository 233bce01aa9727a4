import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExpectedGain, GainTable, Unmeasurable } from '../reports/formats/gains.ts';
import type { WeightTable } from '../reports/formats/weights.ts';
import type { MetricName } from '../reports/metric-table.ts';
import { packageRoot } from './package-root.ts';
import { parseBound } from './threshold.ts';

type ExpectedFile = Omit<ExpectedGain, 'phase' | 'expected' | 'metric'> & {
  readonly metric: MetricName;
  readonly phase?: string;
  readonly expected?: { readonly text: string; readonly gain?: number; readonly after?: string };
};

interface GainsFile {
  readonly title: string;
  readonly groups: readonly {
    readonly title: string;
    readonly expected: string | null;
    readonly rows: readonly (ExpectedFile | Unmeasurable)[];
  }[];
}

/** What the seed report expected of its four phases of scaling, and which cells of which scenario say whether it is so. */
export const loadPhases = (): GainTable => gainTable('phases.json');

/** What the seed report found to be its bottlenecks, and which cells of which scenario say what each costs. */
export const loadBottlenecks = (): GainTable => gainTable('bottlenecks.json');

function gainTable(file: string): GainTable {
  const { title, groups } = readJson<GainsFile>(file);
  return { title, groups: groups.map((group) => ({ ...group, rows: group.rows.map(rowOf) })) };
}

function rowOf(row: ExpectedFile | Unmeasurable): ExpectedGain | Unmeasurable {
  if ('notMeasured' in row) return row;
  const { expected, metric, phase = null } = row;
  return {
    ...row,
    phase,
    expected: expected
      ? {
          text: expected.text,
          gain: expected.gain ?? null,
          after: expected.after === undefined ? null : parseBound(expected.after, metric),
        }
      : null,
  };
}

interface ComponentsFile {
  readonly tables: readonly Omit<WeightTable, 'phase'>[];
}

/** What the seed report estimated that its components weigh, and which cells weigh ours. */
export function loadComponents(): readonly WeightTable[] {
  return readJson<ComponentsFile>('components.json').tables.map((table) => ({ ...table, phase: null }));
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(packageRoot, 'config', 'seed', name), 'utf8'));
}
