/** Searches, sweeps and backlogs in scenario files: what they come to, and what is refused at its place. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { atValue, parseBetween, parseValue, stepsBetween } from '../../config/vary.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Variable } from '../../reports/search/plan.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { complaintOf, fileOf, loadAll, loadText } from './broken.ts';

/** Line 3 is what is asked about. */
const textOf = (line: string, workload = 'agents: 10, subscribers: 1', rest = ''): string =>
  `name: x\nworkload: { ${workload}, phases: [{ name: steady, for: 5s }] }\n${line}\nthresholds: { errors: "value <= 0" }\n${rest}`;

const messageOf = (act: () => unknown): string => {
  try {
    return String(act());
  } catch (error) {
    if (!isTestbedError(error, 'INVALID_CONFIG')) throw error;
    return error.message;
  }
};

// biome-ignore format: a table
const values: readonly (readonly [text: string, vary: Variable, value: number | RegExp])[] = [
  ['100/s', 'events', 100],
  ['1M/s', 'events', 1e6],
  ['2.5k/s', 'messages', 2500],
  ['600/min', 'transitions', 10],
  ['10 / s', 'reads', 10],
  ['50', 'agents', 50],
  ['10k', 'subscribers', 10_000],
  ['100', 'events', /^"100" is no value of events \(allowed: such as 100\/s/],
  ['10/s', 'agents', /^"10\/s" is no value of agents \(allowed: a whole number/],
  ['0/s', 'events', /varied in rates above 0\/s/],
  ['1.5', 'agents', /varied in whole numbers from 1/],
  ['0', 'writers', /whole numbers from 1/],
  ['10/day', 'events', /is no value of events/],
  ['', 'events', /is no value of events/],
];

for (const [text, vary, value] of values) {
  test(`${vary} ${JSON.stringify(text)}`, () => {
    if (typeof value === 'number') assert.is(parseValue(text, vary), value);
    else
      assert.match(
        messageOf(() => parseValue(text, vary)),
        value,
      );
  });
}

test('a range goes upwards; steps are each the same factor above the one before, and each once', () => {
  assert.equal(parseBetween('100/s..1M/s', 'events'), [100, 1e6]);
  assert.match(
    messageOf(() => parseBetween('10..10', 'agents')),
    /second value is not above the first/,
  );
  assert.equal(stepsBetween(100, 10_000, 3, 'events'), [100, 1000, 10_000]);
  assert.equal(stepsBetween(1, 4, 10, 'agents'), [1, 2, 3, 4]);
});

test('a search has its range as numbers, and defaults for the rest', () => {
  const { search, parameters } = loadText(textOf('search: { vary: events, between: 100/s..1M/s }'));
  assert.equal(search, {
    vary: 'events',
    from: 100,
    to: 1e6,
    within: 0.05,
    confidence: 0.75,
    probes: 12,
    perAgent: {},
  });
  assert.is(parameters, undefined);
});

test('a sweep is a scenario for each value, each with it as a parameter; fields that list values multiply', () => {
  const told = (scenarios: readonly Scenario[]) =>
    scenarios.map(({ parameters, swept, workload }) => [parameters, swept, workload.eventsPerS]);
  assert.equal(told(loadAll(textOf('sweep: { vary: events, over: [1k/s, 100/s] }'))), [
    [{ events: '100/s' }, 'events', 100],
    [{ events: '1000/s' }, 'events', 1000],
  ]);
  const several = loadAll(
    textOf('sweep: { vary: events, between: 10/s..1k/s, steps: 3 }', 'agents: [1, 2], subscribers: 1'),
  );
  assert.equal(
    several.map(({ parameters }) => parameters?.['events']),
    ['10/s', '100/s', '1000/s', '10/s', '100/s', '1000/s'],
  );
});

test('rates that are written per agent grow with the agents, others do not', () => {
  const load = 'agents: 10, subscribers: 1, events: 5/s per agent, messages: 7/s';
  const at = loadAll(textOf('sweep: { vary: agents, over: [10, 200] }', load));
  assert.equal(
    at.map(({ workload }) => [workload.agents, workload.eventsPerS, workload.messagesPerS]),
    [
      [10, 50, 7],
      [200, 1000, 7],
    ],
  );
  const { search, ...scenario } = loadText(textOf('search: { vary: agents, between: 1..100 }', load));
  const { workload, parameters } = atValue(scenario, 'agents', 40, search?.perAgent ?? {});
  assert.equal(
    [workload.agents, workload.eventsPerS, workload.messagesPerS, parameters],
    [40, 200, 7, { agents: '40' }],
  );
});

// biome-ignore format: a table
const variables: readonly (readonly [vary: Variable, workload: string, seen: (scenario: Scenario) => unknown])[] = [
  ['transitions', 'agents: 10', ({ workload }) => workload.transitionsPerS],
  ['reads', 'agents: 10', ({ workload }) => workload.readsPerS],
  ['subscribers', 'agents: 10, subscribers: { count: 1, late: 1 }', ({ workload }) => workload.subscribers.count],
  ['swarms', 'agents: 10, swarms: { size: 1..5, strategies: [tree] }', ({ workload }) => workload.swarms?.max],
  ['writers', 'agents: 10', ({ workload }) => workload.writers],
  ['concurrency', 'agents: 10, arrivals: closed', ({ workload }) => workload.concurrency],
  ['connections', 'agents: 10', ({ options }) => options?.storage['postgres']],
];

for (const [vary, workload, seen] of variables) {
  test(`${vary} are varied in their place`, () => {
    const scenario = loadText(textOf('stacks: [postgres]', workload));
    assert.equal(seen(atValue(scenario, vary, 7, {})), vary === 'connections' ? { pool: 7 } : 7);
  });
}

test('under the quick profile a search is as the file has it, over shorter phases', () => {
  const quick = loadText(
    textOf('search: { vary: events, between: 100/s..1k/s }').replace('for: 5s', 'for: 50s'),
    { profile: 'quick' },
  );
  assert.equal([quick.search?.to, quick.workload.phases[0]?.forMs], [1000, 5000]);
});

const search = 'search: { vary: events, between: 1/s..9/s }';
// biome-ignore format: a table
const refused: readonly (readonly [text: string, place: string, says: string])[] = [
  [textOf('search: { vary: event, between: 1/s..9/s }'), '3:17', 'search.vary: "event" is not something that can be varied; did you mean "events"?'],
  [textOf('search: { vary: events, until: threshold, between: 1/s..9/s }'), '3:32', 'search.until: "threshold" is not something that ends a search'],
  [textOf('search: { vary: events }'), '3:1', 'search.between: is missing'],
  [textOf('search: { vary: events, between: 9/s..1/s }'), '3:34', 'search.between: "9/s..1/s": the second value is not above the first'],
  [textOf('search: { vary: agents, between: 1/s..9/s }'), '3:34', 'search.between: "1/s" is no value of agents'],
  [textOf('search: { vary: events, between: 1/s..9/s, within: 80 % }'), '3:52', 'search.within: must be from 0.5 to 50 %'],
  [textOf('search: { vary: events, between: 1/s..9/s, probes: 2 }'), '3:52', 'search.probes: must be from 3 to 100 (got 2)'],
  [textOf('search: { vary: events, between: 1/s..9/s, step: 2 }'), '3:44', 'search.step: unknown key "step"'],
  [textOf('search: { vary: events, between: 1/s..20M/s }'), '2:', 'comes to 20000000/s'],
  [textOf(search).replace('errors: "value <= 0"', 'errors: { healthy: "value <= 0" }').concat('checks: []\n'), '3:1', 'search.until: needs a pass bound or a check'],
  [textOf(search, 'agents: 10, arrivals: closed'), '3:17', 'search.vary: events has no rate with arrivals: closed'],
  [textOf(search, 'agents: 10, events: [1/s, 2/s]'), '3:17', 'search.vary: events lists several values in the workload already'],
  [textOf('search: { vary: connections, between: 1..9 }'), '3:17', 'search.vary: connections are of storage postgres, and memory has none'],
  [textOf('search: { vary: swarms, between: 1..9 }'), '3:17', 'search.vary: swarms are varied where the workload has some'],
  [textOf('search: { vary: writers, between: 1..99 }'), '2:', 'needs an agent for each (there are 10)'],
  [textOf(search, undefined, 'leaks: { above: 50B }\n'), '5:1', 'leaks: takes processes of its own for every probe'],
  [textOf('sweep: { vary: events }'), '3:1', 'sweep: says no values'],
  [textOf('sweep: { vary: events, over: [1/s, 2/d] }'), '3:36', 'sweep.over[1]: "2/d" is no value of events'],
  [textOf('sweep: { vary: events, over: [1/s, 2/s], steps: 3 }'), '3:24', 'sweep.over: stands alone'],
  [textOf('sweep: { vary: events, over: [1/s, 2/s] }', undefined, search), '3:1', 'sweep: and search exclude each other'],
  [textOf('', 'agents: 10, subscribers: 0, backlog: { events: 10 }'), '2:', 'workload.backlog: needs at least one subscriber'],
  [textOf('checks: [backlog-drained]'), '3:10', 'checks[0]: backlog-drained needs workload.backlog'],
];

for (const [text, place, says] of refused) {
  test(`refused: ${says}`, () => {
    const complaint = complaintOf(fileOf(text));
    assert.ok(
      complaint.includes(`.yaml:${place}`) && complaint.includes(says),
      `${complaint}\nshould be at ${place}`,
    );
  });
}

test.run();
