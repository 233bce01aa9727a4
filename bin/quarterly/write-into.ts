import { join, resolve } from 'node:path';
import { drawPlot } from '../../reports/plots/draw-plot.ts';
import type { Quarterly } from '../../reports/quarterly/document.ts';
import { quarterlyHtml, quarterlyPrint } from '../../reports/quarterly/quarterly-html.ts';
import { quarterlyMarkdown } from '../../reports/quarterly/quarterly-markdown.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { writeWhole } from '../../reports/whole-file.ts';
import { makeFolder } from '../results-folder.ts';
import { writeResults } from './result-file.ts';

/** Writes the report in all its forms, and the results in brief that it is made from. Resolves to the names of the files. */
export async function writeInto(
  folder: string,
  quarter: string,
  report: Quarterly,
  results: readonly ResultSet[],
): Promise<readonly string[]> {
  makeFolder(resolve(folder));
  const plots = report.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'plot' ? [drawPlot(block.plot)] : [])),
  );
  const pictures = plots.map((_, at) => `${quarter}-${at + 1}.svg`);
  const files: readonly (readonly [name: string, text: string])[] = [
    [`${quarter}.md`, quarterlyMarkdown(report, pictures)],
    [`${quarter}.html`, quarterlyHtml(report)],
    [`${quarter}-print.html`, quarterlyPrint(report)],
    ...plots.map((svg, at) => [pictures[at] as string, `${svg}\n`] as const),
  ];
  for (const [name, text] of files) await writeWhole(join(folder, name), text);
  const records = `${quarter}.json.gz`;
  await writeResults(join(folder, records), results);
  return [...files.map(([name]) => name), records];
}
