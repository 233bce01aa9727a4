import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One way in which the head of a gate is slower, and the number that it is to be seen in. */
export interface Slowness {
  readonly name: string;
  readonly scenario: string;
  /** As `--primary` has it. */
  readonly primary: string;
  /** As `--margin` has it; absent: no floor is in the way. */
  readonly margin?: string;
  /** Options of the slowed bus on the base, ... */
  readonly base: { readonly [option: string]: number };
  /** ... and the one of them that is larger on the head, by this share of `whole`. */
  readonly option: string;
  readonly whole: number;
}

/** What is slower by less than a millisecond is no matter to a gate unless it is told that it is. */
const exact = '10%/3%/0.01ms';

export const slownesses: readonly Slowness[] = [
  {
    name: 'sleep',
    scenario: 'slowed.yaml',
    primary: 'event_delivery_ms:avg',
    margin: `event_delivery_ms=${exact}`,
    base: { sleepMs: 40 },
    option: 'sleepMs',
    whole: 40,
  },
  {
    name: 'CPU spin',
    scenario: 'slowed.yaml',
    primary: 'publish_ms:avg',
    margin: `publish_ms=${exact}`,
    base: { work: 300 },
    option: 'work',
    whole: 300,
  },
  {
    name: 'tail of 2 %',
    scenario: 'slowed.yaml',
    primary: 'event_delivery_ms:p99',
    margin: `event_delivery_ms=${exact}`,
    base: { sleepMs: 40, tailMs: 0 },
    option: 'tailMs',
    whole: 40,
  },
  {
    name: 'throughput',
    scenario: 'slowed-closed.yaml',
    primary: 'events_per_s',
    base: { ackMs: 20 },
    option: 'ackMs',
    whole: 20,
  },
];

/** The smallest effect of this kind, as a share, that is no smaller than `effect` and can be made. */
export function atLeast({ whole }: Slowness, effect: number): number {
  return Math.ceil(effect * whole - 1e-9) / whole;
}

/** The words after `testbed gate` that play it, at one look: how many rounds there are is then no matter of luck. */
export function wordsOf(slowness: Slowness, effect: number, seed: number, folder: string): readonly string[] {
  const { scenario, primary, margin, base, option, whole } = slowness;
  const head = { ...base, [option]: (base[option] ?? 0) + Math.round(effect * whole) };
  mkdirSync(folder, { recursive: true });
  const side = (name: string, options: Slowness['base']): string => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, JSON.stringify({ bus: options }));
    return `options:${file}`;
  };
  return [
    ...['--base', side('base', base), '--head', side('head', head), join(import.meta.dirname, scenario)],
    ...['--looks', '12', '--primary', primary, '--seed', `${seed}`],
    ...(margin === undefined ? [] : ['--margin', margin]),
  ];
}
