import { changePairs, type Side } from '../change.ts';
import { type ExpectedGain, type Gain, type GainTable, gainOf, type Unmeasurable } from '../formats/gains.ts';
import { numberText } from '../formats/number-text.ts';
import { type Datum, measured, type Source, unmeasured, words } from './document.ts';
import { type Evidence, plainValue, shownNumber, sourceIn, subjectText, unitOf } from './evidence.ts';

/** A change of the table with what it gained, and the cells that say so; or why nothing can say it. */
export interface ToldGain {
  readonly group: string;
  readonly row: ExpectedGain | Unmeasurable;
  /** Null where no pair of cells shows it. */
  readonly gain: Gain | null;
  readonly sources: readonly Source[];
}

/** Each change by the newest result that has a pair of cells which differ in it alone. */
export function toldGains({ results }: Evidence, { groups }: GainTable): readonly ToldGain[] {
  return groups.flatMap(({ title, rows }) =>
    rows.map((row): ToldGain => {
      const nothing = { group: title, row, gain: null, sources: [] };
      if ('notMeasured' in row) return nothing;
      const result = results.findLast((each) => changePairs(each, row).length > 0);
      if (result === undefined) return nothing;
      const gain = gainOf(result, row);
      const rule = `${subjectText(row)}, medians of ${gain.pairs} ${gain.pairs === 1 ? 'pair' : 'pairs'} of cells that differ in nothing else`;
      const cells = `${row.scenario}: ${sideText(row.before)} against ${sideText(row.after)}`;
      return { group: title, row, gain, sources: [sourceIn(result, cells, rule)] };
    }),
  );
}

function sideText({ stack, parameters = {} }: Side): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${plainValue(value)}`);
  return [...(stack === undefined ? [] : [stack]), ...values].join(' ');
}

/** It was measured to be better, by cells that may be believed. */
export const isGain = ({ gain }: ToldGain): boolean =>
  gain !== null && gain.gain !== null && gain.outcome !== 'in doubt' && gain.gain.median > 1;

/** The largest measured gain first, then what gains nothing, then what is in doubt, then what was not measured. */
export function ranked(gains: readonly ToldGain[]): readonly ToldGain[] {
  const place = (told: ToldGain): number => {
    if (isGain(told)) return 0;
    if (told.gain === null || told.gain.gain === null) return 3;
    return told.gain.outcome === 'in doubt' ? 2 : 1;
  };
  const size = ({ gain }: ToldGain): number => gain?.gain?.median ?? 0;
  return [...gains].sort((left, right) => place(left) - place(right) || size(right) - size(left));
}

/** Before, after, how many times better, and what came of it. */
export function gainData({ row, gain, sources }: ToldGain): readonly Datum[] {
  if (gain === null) {
    const why = 'notMeasured' in row ? row.notMeasured : null;
    return [unmeasured(why), unmeasured(), unmeasured(), words('')];
  }
  const unit = unitOf(gain);
  const number = (value: number | null): Datum =>
    value === null ? unmeasured() : measured(shownNumber(value, unit), sources);
  return [number(gain.before), number(gain.after), factorOf(gain, sources), words(gain.outcome)];
}

function factorOf({ gain, pairs }: Gain, sources: readonly Source[]): Datum {
  if (gain === null) return unmeasured();
  const factor = (value: number): string => `x${numberText(value, 'ratio')}`;
  const range = pairs > 1 && gain.min !== gain.max ? ` (${factor(gain.min)}..${factor(gain.max)})` : '';
  return measured(`${factor(gain.median)}${range}`, sources);
}
