import { numberText } from '../../formats/number-text.ts';
import { type Datum, measured, type Section, table, text, unmeasured, words } from '../document.ts';
import {
  type Evidence,
  groupedBy,
  numberOf,
  type Played,
  sourceOf,
  subject,
  withoutProbesOf,
} from '../evidence.ts';
import { harmOf, harmRule, probabilityOf, tellsHarm, worstHarm } from '../harm.ts';
import type { QuarterlyOptions, Risk } from '../options.ts';
import { shareInterval } from '../share-interval.ts';

/** What may go wrong: how likely it then does harm, and how much, by the runs in which it was made to. */
export function riskSection(evidence: Evidence, { risks }: QuarterlyOptions): Section {
  const alone = withoutProbesOf(evidence);
  const drills = alone.filter(({ record }) => record.faults.length > 0 && isDrill(record.scenario));
  return {
    title: 'Risk assessment',
    blocks: [
      table(
        'Risks of the seed report',
        [
          'risk',
          'harmed',
          'probability',
          'impact',
          'acknowledged and lost',
          'recovery',
          'seed report estimated',
          'mitigation it recommended',
        ],
        risks.map((risk) => riskRow(risk, alone)),
      ),
      text(words(harmRule)),
      ...(drills.length === 0
        ? [text(words('Drills: '), unmeasured('no run played one: testbed run --suite drills'))]
        : [drillTable(drills)]),
    ],
  };
}

const isDrill = (scenario: string): boolean =>
  !scenario.startsWith('defence-') && !scenario.startsWith('limit-');

function riskRow({ name, scenarios, estimated, mitigation }: Risk, all: readonly Played[]): readonly Datum[] {
  const played = all.filter(({ cell }) => scenarios.includes(cell.scenario));
  const runs = played.filter(({ record }) => tellsHarm(record));
  const harms = runs.map(({ record }) => harmOf(record));
  const harmed = harms.filter((harm) => harm !== 'LOW').length;
  const sources = runs.map((one) =>
    sourceOf(one, 'impact by checks, lost acknowledgements, errors, bounds and recovery'),
  );
  const told = (said: string): Datum => (runs.length === 0 ? unmeasured() : measured(said, sources));
  return [
    words(name),
    runs.length === 0
      ? unmeasured(played.length === 0 ? `no run of ${scenarios.join(', ')}` : 'every run was INCONCLUSIVE')
      : told(`${harmed} of ${runs.length} runs (${shareText(harmed, runs.length)})`),
    told(probabilityOf(harms)),
    told(worstHarm(harms)),
    numberOf(runs, subject('rpo_events')),
    numberOf(runs, subject('heal_recovery_ms')),
    words(`probability ${estimated.probability}, impact ${estimated.impact}`),
    words(mitigation),
  ];
}

function shareText(times: number, of: number): string {
  const [low, high] = shareInterval(times, of).map((share) => numberText(100 * share, '%'));
  return `${low}..${high} %`;
}

function drillTable(drills: readonly Played[]) {
  const groups = groupedBy(drills, ({ cell }) =>
    JSON.stringify([cell.scenario, cell.parameters, cell.stack]),
  );
  return table(
    'What every drill came to',
    [
      'drill',
      'stack',
      'fault',
      'lost',
      'recovery after the fault',
      'after the heal',
      'noticed after',
      'errors',
      'succeeded',
      'impact',
      'verdict',
    ],
    [...groups.values()].map((runs) => {
      const [{ cell, record }] = runs as readonly [Played, ...Played[]];
      const faults = [...new Set(record.faults.map(({ fault, on }) => `${fault} on ${on}`))].join(', ');
      const of = (rule: string) => runs.map((one) => sourceOf(one, rule));
      return [
        words(cell.scenario),
        words(cell.stack),
        measured(faults, of('faults of the timeline, confirmed and verified from outside')),
        numberOf(runs, subject('rpo_events')),
        numberOf(runs, subject('outage_recovery_ms')),
        numberOf(runs, subject('heal_recovery_ms')),
        numberOf(runs, subject('detect_ms')),
        numberOf(runs, subject('errors')),
        numberOf(runs, subject('availability_pct')),
        measured(worstHarm(runs.map((one) => harmOf(one.record))), of('impact by the rule above')),
        measured(record.verdict, of('verdict of the cell'), record.verdict),
      ];
    }),
  );
}
