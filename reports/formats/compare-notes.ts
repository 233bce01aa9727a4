import { noticeable, roundsForInterval } from '../compare.ts';
import type { RunRecord } from '../record.ts';
import { type ComparedCell, type ComparedStack, type Comparison, withServers } from './compare-sheet.ts';
import {
  alikeMark,
  bestMark,
  doubtMark,
  hasInterval,
  measureText,
  noRatio,
  otherDurabilityMark,
  ratioText,
  valueText,
} from './compare-text.ts';

/** What a reader has to know to read the table right: a sentence for each sign that is in it. */
export function notesOf(comparison: Comparison): readonly string[] {
  return [
    ...answerNote(comparison),
    ...equalNote(comparison),
    ...alikeNote(comparison),
    ...referenceNote(comparison),
    ...ratioNotes(comparison),
    ...bestNote(comparison),
    ...doubtNote(comparison),
    ...durabilityNotes(comparison),
    ...costNote(comparison),
    ...machineNote(comparison),
  ];
}

/** The first number of which one direction is better, as a sentence; only where it is known how sure that is. */
function answerNote({ rows, stacks, reference, rounds }: Comparison): string[] {
  const row = rows.find(({ better, cells }) => better !== null && cells.some(isSure));
  if (row === undefined) return [];
  return row.cells.flatMap((cell, at) => {
    const stack = stacks[at]?.stack;
    if (!isSure(cell) || stack === undefined) return [];
    const number = [row.metric, measureText(row)].filter((word) => word !== '').join(' ');
    return [`${stack} is ${ratioText(cell, undefined, rounds)} of ${reference} in ${number}.`];
  });
}

const isSure = ({ ratio }: ComparedCell): boolean => ratio !== null && hasInterval(ratio);

function equalNote({ equal, stacks }: Comparison): string[] {
  const shown = equal.map((row) => {
    const at = row.cells.findIndex(({ spread }) => spread !== null);
    const [cell, stack] = [row.cells[at], stacks[at]];
    return cell && stack ? `${row.metric} ${valueText(cell, row, { ...stack, sameDurability: true })}` : '';
  });
  return shown.length === 0 ? [] : [`The same wherever it was measured: ${shown.join(', ')}.`];
}

function alikeNote({ alike, stacks, reference }: Comparison): string[] {
  const at = stacks.findIndex(({ isReference }) => isReference);
  const shown = alike.map((row) => {
    const [cell, stack] = [row.cells[at], stacks[at]];
    const value = cell && stack ? ` ${valueText(cell, row, stack)}` : '';
    return `${row.metric} ${measureText(row)}`.trim() + value;
  });
  return shown.length === 0 ? [] : [`No difference to ${reference} seen on any stack: ${shown.join(', ')}.`];
}

function referenceNote({ stacks, reference }: Comparison): string[] {
  const found = stacks.find(({ isReference }) => isReference);
  if (found === undefined) return [`${reference}, the reference, was not played here: there are no ratios.`];
  return found.sample === null ? [`${reference}, the reference, left no numbers: there are no ratios.`] : [];
}

function ratioNotes({ rows, stacks, reference, rounds }: Comparison): string[] {
  const ratios = rows.flatMap(({ cells }) => cells.flatMap(({ ratio }) => ratio ?? []));
  const few = ratios.filter((ratio) => !hasInterval(ratio));
  const notes: string[] = [];
  if (few.some(({ pairs }) => pairs > 1)) {
    notes.push(
      `xN a..b: multiple of ${reference} in the same round; median, smallest and largest of the rounds. Below ${roundsForInterval} rounds this is a spread, no interval.`,
    );
  } else if (few.length > 0) {
    notes.push(
      `xN: multiple of ${reference} in one round; how far rounds lie apart is not known. There is no interval below ${roundsForInterval} rounds.`,
    );
  }
  if (few.length < ratios.length) {
    notes.push(
      `xN [a b]: multiple of ${reference} in the same rounds; Hodges-Lehmann estimate and its interval of at least 95 %, exact, from Wilcoxon's signed ranks.`,
    );
  }
  const at = stacks.findIndex(({ isReference }) => isReference);
  const without = rows.some(({ cells }) =>
    cells.some((cell) => ratioText(cell, cells[at], rounds) === noRatio),
  );
  if (without)
    notes.push(`${noRatio}: a value of zero or less on one of the two sides, in one round or more.`);
  return notes;
}

function bestNote({ rows }: Comparison): string[] {
  const cells = rows.flatMap((row) => row.cells);
  const told = `differs by more than ${100 * noticeable} % and in every round the same way (from ${roundsForInterval} rounds on: by its interval)`;
  return [
    ...(cells.some(({ best }) => best) ? [`${bestMark} best of its row: it ${told} from every other.`] : []),
    ...(cells.some(({ alike, told: seen, ratio }) => alike || (ratio !== null && !seen))
      ? [
          `${alikeMark} no difference seen: beside a value, to the best of its row; beside a multiple, to the reference.`,
        ]
      : []),
  ];
}

function doubtNote({ rows }: Comparison): string[] {
  if (!rows.some(({ cells }) => cells.some(({ doubtful, ratio }) => doubtful && ratio !== null))) return [];
  return [
    `${doubtMark} in doubt: in one of its rounds or more a cell says itself that its numbers may not be believed (INCONCLUSIVE below); such a round leads no row.`,
  ];
}

function durabilityNotes({ stacks, reference }: Comparison): string[] {
  const held = stacks.find(({ isReference }) => isReference)?.sample ?? null;
  const others = stacks.filter(({ sameDurability }) => sameDurability === false);
  if (held === null) return [];
  return others.map((other) => {
    const promise = `${other.sample?.durability}, ${reference} ${held.durability}`;
    return `${otherDurabilityMark} ${other.stack} ran at durability ${promise}: part of the difference is that promise, and it leads no row. ${equalDurability(other, held, reference)}`;
  });
}

/** What would have to be asked for so that both promise the same. */
function equalDurability({ sample, stack }: ComparedStack, held: RunRecord, reference: string): string {
  const [own, theirs] = [levelsOf(sample), levelsOf(held)];
  const common = own.filter((level) => theirs.includes(level));
  if (common.length > 0) return `Equal would need --durability ${common.join(' or ')} for both.`;
  const can = (levels: readonly string[]): string => levels.join(', ') || 'not stated';
  return `They have no level in common (${stack}: ${can(own)}; ${reference}: ${can(theirs)}).`;
}

/** The levels that both parts of a stack can be opened with. */
function levelsOf(record: RunRecord | null): readonly string[] {
  const levels = (part: 'bus' | 'storage'): readonly string[] => {
    const durability = record?.traits[part]['durability'];
    return Array.isArray(durability) ? durability.filter((level) => typeof level === 'string') : [];
  };
  return levels('bus').filter((level) => levels('storage').includes(level));
}

function costNote({ rows }: Comparison): string[] {
  if (!rows.some(({ aggregator }) => aggregator === withServers)) return [];
  return [
    `${withServers}: our process and the servers of the stack together; a stack without servers has all of it in our process.`,
  ];
}

function machineNote({ sheet }: Comparison): string[] {
  const records = sheet.columns.flatMap(({ runs }) => runs.flatMap(({ record }) => record ?? []));
  const machines = new Set(records.map(({ environment }) => environment['fingerprint']));
  if (machines.size < 2) return [];
  return [
    `The cells come from ${machines.size} machines or runtimes: what differs may be these, not the stacks.`,
  ];
}
