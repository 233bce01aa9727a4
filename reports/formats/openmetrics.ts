import { metricTable } from '../metric-table.ts';
import { plainText } from './number-text.ts';
import type { Reporter } from './reporter.ts';
import { shownOf } from './rows.ts';
import { sheetsOf } from './sheet.ts';

interface Sample {
  readonly metric: string;
  readonly labels: { readonly [name: string]: string };
  readonly value: number;
}

/** Every number as a gauge (OpenMetrics 1.0), for whatever scrapes or is pushed to: one family for each metric. */
export const openmetrics: Reporter = (result, options) => {
  const families = new Map<string, Sample[]>();
  const add = (sample: Sample): void => {
    families.set(sample.metric, [...(families.get(sample.metric) ?? []), sample]);
  };
  for (const { scenario, parameters, columns, judged, measured } of sheetsOf(result, options)) {
    for (const { stack, runs } of columns) {
      for (const { cell, record } of runs) {
        const values = Object.entries(parameters).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
        const whose = { scenario, stack, iteration: String(cell.iteration), parameters: values.join(' ') };
        add({ metric: 'passed', labels: whose, value: cell.verdict === 'PASS' ? 1 : 0 });
        for (const { metric, phase, aggregator } of [...judged, ...measured]) {
          const found = record?.metrics[phase === null ? metric : `${metric}{phase:${phase}}`];
          const value = found === undefined ? undefined : shownOf(found, aggregator);
          if (value === undefined) continue;
          add({ metric, labels: { ...whose, phase: phase ?? '', aggregator }, value });
        }
      }
    }
  }
  return `${[...families].map(([metric, samples]) => familyText(metric, samples)).join('')}# EOF\n`;
};

function familyText(metric: string, samples: readonly Sample[]): string {
  const name = `testbed_${metric.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`;
  const lines = samples.map(({ labels, value }) => {
    const words = Object.entries(labels)
      .filter(([, text]) => text !== '')
      .map(([label, text]) => `${label}="${quoted(text)}"`);
    return `${name}{${words.join(',')}} ${value}\n`;
  });
  return `# TYPE ${name} gauge\n# HELP ${name} ${quoted(meaningOf(metric))}\n${lines.join('')}`;
}

function meaningOf(metric: string): string {
  if (metric === 'passed') return '1 where the verdict is PASS, 0 for every other';
  if (!Object.hasOwn(metricTable, metric)) return 'a metric of a later version';
  const { unit, what } = metricTable[metric as keyof typeof metricTable];
  return `${what} (${unit})`;
}

function quoted(text: string): string {
  return plainText(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
