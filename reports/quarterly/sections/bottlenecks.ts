import { type Section, table, text, words } from '../document.ts';
import { type Evidence, subjectText } from '../evidence.ts';
import { gainData, ranked, toldGains } from '../gains.ts';
import type { QuarterlyOptions } from '../options.ts';

/** What each design of the seed report's bottlenecks costs here, the dearest first. */
export function bottleneckSection(evidence: Evidence, { bottlenecks }: QuarterlyOptions): Section {
  const told = ranked(toldGains(evidence, bottlenecks));
  return {
    title: 'Current architecture bottlenecks',
    blocks: [
      text(
        words(
          'Each is told by pairs of cells that differ in it alone; a factor above 1 is what the design costs.',
        ),
      ),
      table(
        bottlenecks.title,
        ['bottleneck', 'told by', 'with it', 'without', 'cost', 'outcome'],
        told.map((each) => [
          words(each.row.name),
          words('notMeasured' in each.row ? '' : `${each.row.scenario}: ${subjectText(each.row)}`),
          ...gainData(each),
        ]),
      ),
    ],
  };
}
