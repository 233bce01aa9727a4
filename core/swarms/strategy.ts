import type { Json } from '../message.ts';
import type { SwarmStrategy } from '../swarm.ts';

/** `work` on one input, or `combine` the list of what others made of theirs. */
export type Step = 'work' | 'combine';

/** The members of a swarm, by place: 0 to size - 1. A member does one thing at a time, in the order asked for. */
export interface Team {
  readonly size: number;
  /** Resolves to what the member made of it; rejects when the member failed for good. */
  perform(place: number, step: Step, input: Json): Promise<Json>;
}

/** Who works on what, and what becomes of it. Resolves to the result of the swarm. */
export type Strategy = (team: Team, inputs: readonly Json[], branching: number) => Promise<Json>;

/** The members share the inputs; the result is theirs, in the order of the inputs. */
const parallel: Strategy = (team, inputs) =>
  Promise.all(inputs.map((input, index) => team.perform(index % team.size, 'work', input)));

/** All members but the last share the inputs; the last combines what they made. One alone does both. */
const mapReduce: Strategy = async (team, inputs) => {
  const mappers = Math.max(1, team.size - 1);
  const mapped = await Promise.all(
    inputs.map((input, index) => team.perform(index % mappers, 'work', input)),
  );
  return team.perform(team.size - 1, 'combine', mapped);
};

/** Each input goes through all members in turn, one's output being the next one's input; inputs follow each other closely. */
const pipeline: Strategy = (team, inputs) =>
  Promise.all(
    inputs.map(async (input) => {
      let value = input;
      for (let stage = 0; stage < team.size; stage++) value = await team.perform(stage, 'work', value);
      return value;
    }),
  );

/** The leaves share the inputs; every member above combines what those below it made, up to the root. */
const tree: Strategy = async (team, inputs, branching) => {
  const leaves: number[] = [];
  for (let place = 0; place < team.size; place++)
    if (childrenOf(place, team.size, branching).length === 0) leaves.push(place);
  const shareOf = (leaf: number): readonly Json[] => {
    const turn = leaves.indexOf(leaf);
    return inputs.filter((_, index) => index % leaves.length === turn);
  };
  /** What a member hands up: a leaf one item for each of its inputs, any other its one combination. */
  const gather = async (place: number): Promise<readonly Json[]> => {
    const children = childrenOf(place, team.size, branching);
    if (children.length === 0)
      return Promise.all(shareOf(place).map((input) => team.perform(place, 'work', input)));
    const below = (await Promise.all(children.map(gather))).flat();
    return below.length === 0 ? [] : [await team.perform(place, 'combine', below)];
  };
  const made = await gather(0);
  return team.size > 1 && made.length === 1 ? (made[0] as Json) : team.perform(0, 'combine', made);
};

export const strategies: { readonly [name in SwarmStrategy]: Strategy } = {
  parallel,
  'map-reduce': mapReduce,
  pipeline,
  tree,
};

/** The places below a place in a tree that fills up from the root, level by level. */
export function childrenOf(place: number, size: number, branching: number): readonly number[] {
  const first = place * branching + 1;
  return Array.from({ length: Math.max(0, Math.min(branching, size - first)) }, (_, index) => first + index);
}

/** The place above; null for the root. */
export function parentOf(place: number, branching: number): number | null {
  return place === 0 ? null : Math.floor((place - 1) / branching);
}
