import { list, measured, type Section, table, text, words } from '../document.ts';
import type { Evidence } from '../evidence.ts';
import { standingsOf, standingText } from '../goals.ts';
import type { QuarterlyOptions } from '../options.ts';

/** What was wanted, and where it stands. */
export function successSection(evidence: Evidence, options: QuarterlyOptions): Section {
  const standings = standingsOf(evidence, options);
  return {
    title: 'Success metrics',
    blocks: [
      table(
        'Current against target',
        ['metric', 'stack', 'current', 'target', 'status'],
        standings.map((standing) => {
          const { goal, stack, current } = standing;
          const status = standingText(standing);
          return [
            words(goal.name),
            words(stack),
            current,
            words(goal.text),
            current.kind === 'measured' ? measured(status, current.sources) : words(status),
          ];
        }),
      ),
      text(words('Out of scope:')),
      ...list(options.outOfScope.map(({ name, why }) => [words(`${name}: ${why}`)])),
    ],
  };
}
