import { type Section, table, text, words } from '../document.ts';
import { type Evidence, subjectText } from '../evidence.ts';
import { gainData, isGain, ranked, toldGains } from '../gains.ts';
import type { QuarterlyOptions } from '../options.ts';

/** What can be done, by what it was measured to gain. */
export function scalingSection(evidence: Evidence, { gains }: QuarterlyOptions): Section {
  const told = ranked(toldGains(evidence, gains));
  return {
    title: 'Scaling recommendations',
    blocks: [
      text(
        words(
          'Ranked by the measured gain. What gains nothing, is in doubt or was not measured has no rank. "Came true" is held against what the seed report expected.',
        ),
      ),
      table(
        'Changes and what they gain',
        ['rank', 'change', 'part of', 'metric', 'before', 'after', 'gain', 'came true', 'expected'],
        told.map((each, at) => [
          words(isGain(each) ? `${at + 1}` : '-'),
          words(each.row.name),
          words(each.group),
          words('notMeasured' in each.row ? '' : subjectText(each.row)),
          ...gainData(each),
          words(('notMeasured' in each.row ? null : each.row.expected)?.text ?? ''),
        ]),
      ),
    ],
  };
}
