import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { reportOf } from '../../bin/quarterly/report-of.ts';
import { readResults } from '../../bin/quarterly/result-file.ts';
import { drawPlot } from '../../reports/plots/draw-plot.ts';
import { quarterlyMarkdown } from '../../reports/quarterly/quarterly-markdown.ts';
import { root } from './markdown.ts';

/** Where the project keeps reports of itself, each with the records that it is made from. */
export const folder = 'docs/reports';

export interface WrittenReport {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

/** The reports of the project itself and their pictures, as the records that are kept beside them make them now. */
export async function ownReports(): Promise<readonly WrittenReport[]> {
  const files = globSync(`${folder}/*.json.gz`, { cwd: root }).sort();
  return (await Promise.all(files.map(reportFrom))).flat();
}

async function reportFrom(file: string): Promise<readonly WrittenReport[]> {
  const quarter = basename(file, '.json.gz');
  const results = await readResults(join(root, file));
  const report = reportOf(results, { quarter, from: `--from ${file}`, history: null });
  const plots = report.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'plot' ? [`${drawPlot(block.plot)}\n`] : [])),
  );
  const pictures = plots.map((_, at) => `${quarter}-${at + 1}.svg`);
  return [
    { path: `${folder}/${quarter}.md`, text: quarterlyMarkdown(report, pictures) },
    ...plots.map((text, at) => ({ path: `${folder}/${pictures[at]}`, text })),
  ];
}
