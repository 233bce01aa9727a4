import { metricTable } from '../metric-table.ts';
import { eachRun } from './each-run.ts';
import { plainText } from './number-text.ts';
import type { Reporter } from './reporter.ts';

interface Sample {
  readonly metric: string;
  readonly labels: { readonly [name: string]: string };
  readonly value: number;
}

/** Every number as a gauge (OpenMetrics 1.0), for whatever scrapes or is pushed to: one family for each metric. */
export const openmetrics: Reporter = (result, options) => {
  const families = new Map<string, Sample[]>();
  const add = (sample: Sample): void => {
    const family = families.get(sample.metric);
    if (family === undefined) families.set(sample.metric, [sample]);
    else family.push(sample);
  };
  for (const { sheet, run, numbers } of eachRun(result, options)) {
    const { scenario, parameters } = sheet;
    const { stack, iteration, verdict } = run.cell;
    const values = Object.entries(parameters).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    const whose = { scenario, stack, iteration: String(iteration), parameters: values.join(' ') };
    add({ metric: 'passed', labels: whose, value: verdict === 'PASS' ? 1 : 0 });
    for (const { row, value } of numbers) {
      const { metric, phase, aggregator } = row;
      if (value !== undefined) add({ metric, labels: { ...whose, phase: phase ?? '', aggregator }, value });
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
