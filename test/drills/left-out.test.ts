/**
 * Every fault of the table, with its injection left out: its run is INCONCLUSIVE and says which fault it was. And with its
 * heal left out: FAIL. So nobody's word for it is taken, not even the injector's.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AdjustableClock } from '../../chaos/clock/adjustable-clock.ts';
import type { FaultKind, FaultOptions, Injection } from '../../chaos/fault.ts';
import { createGate } from '../../chaos/gate.ts';
import { startLinkProcess } from '../../chaos/link/link.ts';
import { Timeline } from '../../chaos/play-timeline.ts';
import { askPostgres } from '../../chaos/postgres/ask.ts';
import { familyOf } from '../../chaos/process/proc.ts';
import { faultTable } from '../../chaos/table.ts';
import type { LinkTarget, ServerTarget, Target } from '../../chaos/target.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { createRandom } from '../../core/random.ts';
import { verdictOf } from '../../reports/verdict.ts';
import { faultFindings } from '../../scenarios/run/fault-play.ts';
import { startPostgres } from '../adapters/postgres-kit.ts';
import { startRedis } from '../adapters/redis-kit.ts';
import { noJournal } from '../doubles/no-journal.ts';
import { standNode } from './node-kit.ts';

const servers: { readonly [technology: string]: (ServerTarget & { close(): Promise<void> }) | null } = {
  redis: await startRedis('power-loss'),
  postgres: await startPostgres('process-crash'),
};
for (const server of Object.values(servers)) test.after(() => server?.close());
// What faults of Postgres lock.
const { postgres } = servers;
if (postgres) {
  await askPostgres(postgres, (client) =>
    client.query("CREATE TABLE drill_agents AS SELECT 'agent-' || i AS id FROM generate_series(1, 20) AS i"),
  );
}
const links = await startLinkProcess({ seed: 1 });
test.after(() => links.close());

/** Waits for less than it says: what looks again and again for seconds has looked a few times. */
class HurriedClock implements Clock {
  /** What every wait is said to have taken, at least. */
  leastMs = 50;
  #skippedMs = 0;

  now(): number {
    return systemClock.now() + this.#skippedMs;
  }

  async sleep(ms: number): Promise<void> {
    this.#skippedMs += Math.max(ms, this.leastMs);
    await systemClock.sleep(10);
  }

  after(ms: number, action: () => void): () => void {
    return systemClock.after(ms, action);
  }
}

/** Where a fault can be done: a server of its technology, or Redis; null where there is no such server. */
async function targetFor({ targets: [kind], technology = 'redis', name }: FaultKind): Promise<Target | null> {
  const made = name === 'disk-full' ? 'postgres' : technology;
  const server = servers[made];
  if (kind === 'calls') return { kind, port: 'bus', method: null, gate: createGate() };
  if (kind === 'process') return { kind };
  if (kind === 'clock') return { kind, clock: new AdjustableClock(systemClock) };
  if (!server) return null;
  const { directory = '' } = server;
  if (kind === 'disk')
    return { kind, directory, writers: [{ technology: made, directory, pids: () => familyOf(server.pid) }] };
  const { hostname: host, port } = new URL(server.address.url);
  const link: LinkTarget = await links.open({ name, upstream: `${host}:${port}` });
  if (kind === 'link')
    return {
      kind,
      part: 'bus',
      direction: 'both',
      technology: made,
      link,
      direct: { host, port: Number(port) },
    };
  const successor = { server: Object.assign(server, { promote: async () => undefined }), ways: [link] };
  return { kind: 'server', part: 'storage', technology: made, server, successor };
}

function optionsOf({ options }: FaultKind): FaultOptions {
  const mildest = (type: string): number => (type === 'duration' ? 60 : type === 'size' ? 1000 : 2);
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, default: value }]) => [name, value ?? mildest(type)]),
  );
}

interface Outcome {
  readonly verdict: string;
  readonly about: string;
}

/** Plays a fault of which a part does nothing; resolves to the verdict and what it says why. */
async function playWithout(part: 'inject' | 'heal', kind: FaultKind, target: Target): Promise<Outcome> {
  const clock = new HurriedClock();
  let whole: Injection | null = null;
  const lame: FaultKind = {
    ...kind,
    prepare: async (given, options, { random }) => {
      const injection = await kind.prepare(given, options, { clock: systemClock, random });
      whole = injection;
      return {
        ...bound(injection),
        [part]: async () => {
          // What is not so by now never will be: it need not be waited for.
          if (part === 'heal') clock.leastMs = 2000;
        },
      };
    },
  };
  const order = { fault: kind.name, on: 'it', direction: 'both', options: optionsOf(kind) } as const;
  const forMs = part === 'heal' ? 3000 : 500;
  const lasting = { ...order, atMs: 0, forMs: kind.momentary ? null : forMs };
  const timeline = new Timeline([{ order: lasting, kind: lame, target }], {
    clock,
    random: createRandom(1),
    journal: noJournal,
    end: new AbortController().signal,
  });
  try {
    const findings = faultFindings(await timeline.play(clock.now()), false);
    const verdict = verdictOf({ thresholds: [], checks: [], findings, interrupted: false });
    return { verdict, about: findings.map(({ about, detail }) => `${about}: ${detail}`).join('; ') };
  } finally {
    await (whole as Injection | null)?.heal();
  }
}

/** The same injection, its methods as they are wherever they are called. */
function bound(injection: Injection): Injection {
  return {
    undo: injection.undo,
    inject: () => injection.inject(),
    heal: () => injection.heal(),
    inForce: () => injection.inForce(),
    healed: () => injection.healed(),
  };
}

/** What came of a fault without its injection, and without its heal; null where it cannot be done. */
async function playBoth(
  kind: FaultKind,
  on?: Target,
): Promise<{ readonly [part in 'inject' | 'heal']: Outcome } | null> {
  const target = on ?? (await targetFor(kind));
  if (target === null || (await kind.unsupported?.(target, optionsOf(kind)))) return null;
  const inject = await playWithout('inject', kind, target);
  return { inject, heal: kind.momentary ? inject : await playWithout('heal', kind, target) };
}

/** Of these each has a target of its own: they are played all at once. */
const sideBySide = faultTable.filter(({ targets: [kind] }) =>
  ['calls', 'link', 'clock'].includes(kind as string),
);
const playing = new Map(sideBySide.map((kind) => [kind, playBoth(kind)]));
for (const outcome of playing.values()) outcome.catch(() => undefined);

for (const kind of faultTable) {
  test(`${kind.name}: without its injection INCONCLUSIVE, without its heal FAIL`, async () =>
    holds(kind, await (playing.get(kind) ?? playBoth(kind))));
}

const stood = await standNode();
test.after(async () => assert.equal(await stood.close(), []));
for (const kind of faultTable) {
  const on: { readonly [target: string]: Target } = {
    node: { kind: 'node', node: stood.node },
    clock: { kind: 'clock', clock: stood.surroundings.orchestratorClock },
  };
  const [target] = kind.targets.flatMap((name) => on[name] ?? []);
  if (target !== undefined)
    test(`${kind.name} on an orchestrator in a process of its own: likewise`, async () =>
      holds(kind, await playBoth(kind, target)));
}

function holds(kind: FaultKind, played: Awaited<ReturnType<typeof playBoth>>): void {
  if (played === null) return;
  assert.is(played.inject.verdict, 'INCONCLUSIVE', played.inject.about);
  assert.match(played.inject.about, `fault ${kind.name} on it: was never seen in force`);
  // What is over in a moment has nothing to heal.
  if (kind.momentary) return;
  assert.is(played.heal.verdict, 'FAIL', played.heal.about);
  assert.match(played.heal.about, `fault ${kind.name} on it: `);
}

test.run();
