/** What the pages say can be typed, followed and looked up: every command line, every link, every generated table. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type GeneratorHealth, judgeGenerator, type SendHealth } from '../../scenarios/run/health.ts';
import { commandsIn, flawOf } from './command-lines.ts';
import { withSections } from './generated.ts';
import { anchorsOf, linksOf, type Page, pages, root } from './markdown.ts';

const all = pages();
const textOf = (path: string): string => all.find((page) => page.path === path)?.text ?? '';

/** Pages whose command lines are meant to be typed. */
const instructions = all.filter(({ path }) =>
  /^(README\.md|docs\/.*|\w+(\/[\w-]+)?\/README\.md)$/.test(path),
);

function deadLinks(page: Page, others: readonly Page[]): string[] {
  return linksOf(page.text).flatMap((target) => {
    const [file = '', anchor] = target.split('#') as [string, string?];
    const path = file === '' ? page.path : join(dirname(page.path), decodeURIComponent(file));
    if (!existsSync(join(root, path))) return [`${page.path}: ${target} leads nowhere`];
    const there = others.find((other) => other.path === path);
    if (anchor === undefined || there === undefined || anchorsOf(there.text).has(anchor)) return [];
    return [`${page.path}: ${target} names no heading`];
  });
}

async function flawsIn({ path, text }: Page): Promise<string[]> {
  const flaws = await Promise.all(commandsIn(text).map(async (line) => [line, await flawOf(line)] as const));
  return flaws.flatMap(([line, flaw]) => (flaw === null ? [] : [`${path}: ${line}: ${flaw}`]));
}

for (const page of all) {
  test(`${page.path}: every link leads somewhere`, () => {
    assert.equal(deadLinks(page, all), []);
  });
}

for (const page of instructions) {
  test(`${page.path}: every command line can be typed`, async () => {
    assert.equal(await flawsIn(page), []);
  });
}

test('there are commands to look at', () => {
  assert.ok(instructions.flatMap(({ text }) => commandsIn(text)).length >= 10);
});

test('docs/measuring.md has the tables of the code; else run: npx node test/docs/write-metrics.ts', () => {
  const text = textOf('docs/measuring.md');
  assert.is(text, withSections(text));
});

const sending = (parts: Partial<SendHealth>): Partial<GeneratorHealth> => ({
  sends: [{ what: 'events', lagAvgMs: 0, lagP99Ms: 0, tookAvgMs: 1, tookP99Ms: 1, ...parts }],
});
// biome-ignore format: a table
const health: readonly (readonly [rule: string, keeps: Partial<GeneratorHealth>, breaks: Partial<GeneratorHealth>])[] = [
  ['| generator too slow | events (or messages) were sent late by more than 5 ms on average, and by more than 25 % of the average `event_delivery_ms` (`message_routing_ms`) |',
    sending({ lagAvgMs: 25, tookAvgMs: 100 }), sending({ lagAvgMs: 25.1, tookAvgMs: 100 })],
  ['late by more than 5 ms on average', sending({ lagAvgMs: 5, tookAvgMs: 5 }), sending({ lagAvgMs: 5.1, tookAvgMs: 5 })],
  ['| no CPU left | more than 90 % of a core, and sends late at p99 by more than 5 ms and 25 % of that latency at p99 |',
    { cpuPct: 90, ...sending({ lagP99Ms: 50, tookP99Ms: 100 }) }, { cpuPct: 90.1, ...sending({ lagP99Ms: 50, tookP99Ms: 100 }) }],
  ['| event loop stalled | open model, `event_loop_delay_ms` p99 above 25 ms and above half of the larger of those latencies at p99 |',
    { eventLoopDelayP99Ms: 50, ...sending({ tookP99Ms: 100 }) }, { eventLoopDelayP99Ms: 50.1, ...sending({ tookP99Ms: 100 }) }],
  ['| late sends | more than 1 % of what was offered was not sent |', { lateSends: 10 }, { lateSends: 11 }],
  ['| late transitions | more than 1 % of the transitions that were due found every agent busy |', { lateTransitions: 10 }, { lateTransitions: 11 }],
  ['| schedule overrun | the measured phases took more than 105 % of their time and 100 ms |',
    { playedMs: 10_600 }, { playedMs: 10_601 }],
];
const well: GeneratorHealth = {
  open: true,
  sends: [],
  eventLoopDelayP99Ms: 0,
  cpuPct: 0,
  lateSends: 0,
  unmannedSends: 0,
  offered: 1000,
  lateTransitions: 0,
  dueTransitions: 1000,
  machine: null,
  playedMs: 10_000,
  plannedMs: 10_000,
};
for (const [rule, keeps, breaks] of health) {
  test(`docs/measuring.md says of the generator what the code does: ${rule}`, () => {
    assert.ok(textOf('docs/measuring.md').includes(rule));
    assert.equal(judgeGenerator({ ...well, ...keeps }), []);
    assert.is(judgeGenerator({ ...well, ...breaks }).length, 1);
  });
}

test('a link to nothing is seen, in whatever form', () => {
  const text =
    'See [a](gone.md), [b](../README.md#no-such-heading), [c][d], [e](https://example.org), `[f](g.md)`.\n\n' +
    '```\n[h](i.md)\n```\n\n[d]: also-gone.md\n';
  const flaws = deadLinks({ path: 'docs/page.md', text }, all);
  assert.equal(flaws, [
    'docs/page.md: gone.md leads nowhere',
    'docs/page.md: ../README.md#no-such-heading names no heading',
    'docs/page.md: also-gone.md leads nowhere',
  ]);
});

// biome-ignore format: a table
const wrongLines: readonly (readonly [line: string, flaw: RegExp])[] = [
  ['testbed rum --scenario smoke', /no command rum/],
  ['testbed run --scenaro smoke', /unknown flag --scenaro/],
  ['testbed run --scenario smok', /smok/],
  ['testbed run --suite sead', /sead/],
  ['testbed run --stacks memry', /memry/],
  ['testbed run scenarios/none.yaml', /none\.yaml/],
  ['testbed validate none.yaml', /none\.yaml/],
  ['testbed show', /argument is missing/],
  ['testbed list metric', /lists no metric/],
  ['npm run testbed -- run --profile fast', /--profile fast/],
  ['npm run test:performance -- --agents many', /--agents many/],
  ['npm run test:performance --agents 50', /-- is missing/],
  ['npm run deploy', /no script deploy/],
  ['npm strat', /no command strat/],
  ['node test/docs/none.ts', /no file/],
];
for (const [line, flaw] of wrongLines) {
  test(`seen to be wrong: ${line}`, async () => {
    const found = await flawsIn({ path: 'page.md', text: `\`\`\`bash\n${line}   # why\n\`\`\`\n` });
    assert.is(found.length, 1);
    assert.match(found[0] as string, flaw);
  });
}

test('what the reader fills in need not exist, and what nobody types is no command', async () => {
  const text =
    'Type `testbed show FOLDER` or `testbed run --scenario NAME`; `testbed run [FILE...]` says what can be.\n\n' +
    '```bash\nnpm ci && ADAPTERS=memory npm test -- law\ntestbed run my.yaml \\\n  --output ./reports\n```\n\n' +
    '```ts\ntestbed nonsense\n```\n';
  assert.equal(commandsIn(text), [
    'npm ci',
    'npm test -- law',
    'testbed run my.yaml --output ./reports',
    'testbed show FOLDER',
    'testbed run --scenario NAME',
  ]);
  assert.equal(await flawsIn({ path: 'page.md', text }), []);
});

test('a table that is out of date is seen', () => {
  const text = textOf('docs/measuring.md').replace('| `errors` |', '| `mistakes` |');
  assert.is.not(text, withSections(text));
  assert.throws(() => withSections('no markers'), /no place for metrics/);
});

test.run();
