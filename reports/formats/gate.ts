import { gateOf } from '../gate/of-result.ts';
import type { GatePlan, ResultIndex } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import { gateText } from './gate-text.ts';
import { environmentText } from './markdown-frame.ts';
import { plainText } from './number-text.ts';
import type { Reporter } from './reporter.ts';

/** The answer of a gate that was played on one machine. */
export const gate: Reporter = (result, { colour }) => {
  const { directory, index } = result;
  if (index.gate === undefined) return `${plainText(directory)}: is not of a gate\n`;
  const lines = [...designLines(index, index.gate), ...result.doubts.map((doubt) => `INCONCLUSIVE ${doubt}`)];
  return gateText(gateOf(index.gate, result), lines, colour);
};

/** What was held against what, and how it was looked at. */
export function designLines(
  { cells, seed }: ResultIndex,
  { base, head, looks, alpha }: GatePlan,
): readonly string[] {
  const rounds = new Set(cells.map(({ iteration }) => iteration)).size;
  return [
    `${head} (head) against ${base} (base), ${rounds} rounds in random order, seed ${seed}`,
    `looked at after ${looks.join(', ')} rounds; a false alarm in ${alpha * 100} % of gates at the most, one-sided, Holm over all rows`,
  ];
}

/** The same as a block, and the machine. */
export function gateMarkdown(result: ResultSet): string {
  // Nothing of a record may end the block.
  const text = gate(result, {}).replaceAll('`', "'");
  return ['# Testbed gate\n', `\`\`\`text\n${text}\`\`\`\n`, environmentText(result)].join('\n');
}
