import { TestbedError } from '../../core/error.ts';
import { createRandom } from '../../core/random.ts';
import { sideNames } from '../../reports/gate/of-result.ts';
import { planCells } from '../../scenarios/run/plan-cells.ts';
import type { Cell, Scenario, Stack, StackOptions } from '../../scenarios/scenario.ts';
import type { Selected } from '../select.ts';
import type { PlayedSide } from './side.ts';

/** The two sides of one scenario: what they are played on, and the scenario as each plays it. */
export interface Sides {
  readonly base: Selected;
  readonly head: Selected;
}

/** INVALID_CONFIG for a scenario on several stacks, where a side does not say which. */
export function sidesOf(selected: Selected, base: PlayedSide, head: PlayedSide): Sides {
  const { stacks } = selected;
  const scenario = withoutBaseline(selected.scenario);
  const of = ({ stack, options, text }: PlayedSide, name: string): Selected => {
    const [own, ...others] = stacks;
    if (stack === null && (own === undefined || others.length > 0)) {
      throw new TestbedError(
        'INVALID_CONFIG',
        `${scenario.name} lists several stacks: --stacks NAME says on which ${text} is played`,
      );
    }
    const played = { ...((stack ?? own) as Stack), name };
    return { scenario: options === null ? scenario : withOptions(scenario, options), stacks: [played] };
  };
  return { base: of(base, 'base'), head: of(head, 'head') };
}

/** A gate holds head against base, by margins: what is held against a baseline stays open in its cells, and says why. */
function withoutBaseline(scenario: Scenario): Scenario {
  const missing =
    'a gate holds head against base by its margins, whatever a baseline had (run and compare take --baseline)';
  const thresholds = scenario.thresholds.map(({ relative, ...rest }) =>
    relative === undefined ? rest : { ...rest, relative: relative.map((bound) => ({ ...bound, missing })) },
  );
  return { ...scenario, thresholds };
}

/** What is laid over has the last word, option by option. */
function withOptions(scenario: Scenario, { bus, storage }: StackOptions): Scenario {
  const { options } = scenario;
  return {
    ...scenario,
    options: { bus: { ...options?.bus, ...bus }, storage: { ...options?.storage, ...storage } },
  };
}

/** All cells, round by round; in each round of a scenario both sides with the same seed, the one or the other first. */
export function drawSides(all: readonly Sides[], rounds: number, seed: number): readonly Cell[] {
  const random = createRandom(seed).fork('sides');
  const perScenario = all.map(({ base, head }) => pairsOf(base, head, rounds, seed));
  return Array.from({ length: rounds }, (_, round) =>
    perScenario.flatMap((pairs, at) => {
      const pair = pairs[round] as readonly [Cell, Cell];
      return random.fork(`${round} ${at}`).next() < 0.5 ? pair : pair.toReversed();
    }),
  ).flat();
}

/** Faults that are drawn are drawn for both sides at once, so that both have the same. */
function pairsOf(
  base: Selected,
  head: Selected,
  rounds: number,
  seed: number,
): readonly (readonly [Cell, Cell])[] {
  const cells = planCells(
    [{ scenario: base.scenario, stacks: [...base.stacks, ...head.stacks] }],
    rounds,
    seed,
  );
  const [ofBase, ofHead] = sideNames.map((name) => cells.filter(({ stack }) => stack.name === name)) as [
    Cell[],
    Cell[],
  ];
  const withOwn = (cell: Cell, { scenario: { options } }: Selected): Cell =>
    options === undefined ? cell : { ...cell, scenario: { ...cell.scenario, options } };
  return ofBase.map((cell, at) => [withOwn(cell, base), withOwn(ofHead[at] as Cell, head)]);
}
