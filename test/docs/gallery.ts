import { csv } from '../../reports/formats/csv.ts';
import { gate } from '../../reports/formats/gate.ts';
import { github } from '../../reports/formats/github.ts';
import { junit } from '../../reports/formats/junit.ts';
import { markdown } from '../../reports/formats/markdown.ts';
import { openmetrics } from '../../reports/formats/openmetrics.ts';
import { table } from '../../reports/formats/table.ts';
import { drawPlot } from '../../reports/plots/draw-plot.ts';
import { overTime } from '../../reports/plots/over-time.ts';
import type { Plot } from '../../reports/plots/plot.ts';
import { spectrumPlot } from '../../reports/plots/spectrum.ts';
import type { RunRecord } from '../../reports/record.ts';
import { playedOnce } from '../reports/golden.ts';

/** A file of the gallery, by its path in docs; of the page only what stands between its markers is ours. */
export type GalleryFiles = { readonly [path: string]: string };

/** The page and its pictures, made of records that were played once. */
export async function gallery(page: string): Promise<GalleryFiles> {
  const [played, gated] = await Promise.all([playedOnce('played'), playedOnce('gated')]);
  const fenced = (text: string): string => `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
  const linesOf = (text: string, from: number, to: number): string =>
    text.split('\n').slice(from, to).join('\n');
  const md = markdown(played, {});
  const sections: { readonly [name: string]: string } = {
    table: fenced(table(played, { width: 100 })),
    markdown: `${md.slice(md.indexOf('| metric |')).split('\n\n')[0]}\n`,
    github: fenced(github(played, {})),
    junit: fenced(linesOf(junit(played, {}), 0, 14)),
    gate: fenced(gate(gated, {})),
    programs: fenced(
      [linesOf(csv(played, {}), 0, 2), linesOf(openmetrics(played, {}), 0, 3)]
        .join('\n')
        .replaceAll('\r', ''),
    ),
  };
  const text = Object.entries(sections).reduce((before, [name, own]) => between(before, name, own), page);
  return { 'gallery.md': text, ...pictures(played.records.filter((record) => record !== null)) };
}

function between(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/gallery.md has no place for ${name}`);
  return `${page.slice(0, from)}${begin}\n${text}${page.slice(to)}`;
}

function pictures(records: readonly RunRecord[]): GalleryFiles {
  const drill = records.find(({ faults }) => faults.length > 0) as RunRecord;
  const curve = (name: string) => ({ name, series: drill.series[name] as RunRecord['series'][string] });
  const calm = records.filter(({ faults, iteration }) => faults.length === 0 && iteration === 1);
  const spectra = calm.flatMap(({ stack, histograms }) => {
    const histogram = histograms['event_delivery_ms'];
    return histogram === undefined ? [] : [{ name: stack, histogram }];
  });
  return {
    'gallery/rates.svg': svgOf(
      overTime('events a second', drill, ['offered_per_s', 'acked_per_s', 'errors_per_s'].map(curve)),
    ),
    'gallery/lag.svg': svgOf(overTime('sent and not yet delivered', drill, [curve('consumer_lag')])),
    'gallery/spectrum.svg': svgOf(spectrumPlot('event_delivery_ms', spectra)),
  };
}

/** On white: where such a file is shown nobody says what lies behind it. */
function svgOf(plot: Plot | null): string {
  if (plot === null) throw new Error('the records have nothing to draw');
  return `${drawPlot(plot).replace(/^<svg[^>]*>/, '$&<rect width="100%" height="100%" fill="#fff"/>')}\n`;
}
