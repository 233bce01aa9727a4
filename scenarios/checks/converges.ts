import type { FaultRecord } from '../../reports/record.ts';
import { firstOfGoodRow, goodWindows } from '../measure/good-windows.ts';
import { broken, type Check, type Evidence, type Fact, holds, undecided } from './check.ts';

/** The time after the heal of a fault until the next one strikes, or the load ends. */
interface Calm {
  readonly after: FaultRecord;
  readonly fromMs: number;
  /** Infinite: nothing strikes again. */
  readonly untilMs: number;
}

/**
 * After every heal the system is back in its steady state by the deadline: the first of so many good windows in a row has
 * come. A heal after which something else strikes before the deadline says nothing; the last one has to.
 */
export const converges: Check = (evidence) => {
  const { faults, series, rules, recovery } = evidence;
  const struck = faults.filter(({ confirmedAtMs }) => confirmedAtMs !== null);
  if (struck.length === 0) return undecided('no fault was seen in force');
  const unhealed = struck.find(({ verifiedAtMs }) => verifiedAtMs === null);
  if (unhealed !== undefined) return undecided(`${unhealed.fault} on ${unhealed.on} was never seen healed`);
  const windows = goodWindows(series, rules);
  const windowMs = Object.values(series)[0]?.windowMs ?? 0;
  if (windows.length === 0 || windowMs === 0) return undecided('no time was measured');
  const firstMs = Math.min(...struck.map(({ confirmedAtMs }) => confirmedAtMs as number));
  const before = windows.slice(0, Math.floor(firstMs / windowMs));
  if (firstOfGoodRow(before, 0, recovery.windows) === null)
    return undecided('there was no steady state before the first fault to come back to');

  const took: number[] = [];
  const problems: Fact[] = [];
  const open: Calm[] = [];
  for (const calm of calmsAfter(struck)) {
    const from = Math.floor(calm.fromMs / windowMs);
    const until = Math.min(windows.length, Math.floor(calm.untilMs / windowMs));
    const first = firstOfGoodRow(windows.slice(0, until), from, recovery.windows);
    const tookMs = first === null ? null : Math.max(0, first * windowMs - calm.fromMs);
    if (tookMs !== null && tookMs <= recovery.withinMs) took.push(tookMs);
    else if (tookMs === null && (until - from) * windowMs < recovery.withinMs + recovery.windows * windowMs)
      open.push(calm);
    else problems.push(factOf(calm, tookMs, windows.slice(from, until), evidence));
  }
  if (problems.length > 0)
    return broken(
      `not back in steady state within ${recovery.withinMs} ms of ${healsText(problems.length)}`,
      problems,
    );
  const last = open.find(({ untilMs }) => untilMs === Number.POSITIVE_INFINITY);
  if (took.length === 0 || last !== undefined)
    return undecided(
      `not back yet when something struck again, or the load ended, after ${healsText(open.length)}`,
    );
  const slowest = Math.round(Math.max(...took));
  return holds(`back in steady state ${slowest} ms after a heal at the latest, ${took.length} times`);
};

const healsText = (count: number): string => `${count} ${count === 1 ? 'heal' : 'heals'}`;

/** The calm after each heal that has one, ascending; a server that is bus and storage is healed once. */
function calmsAfter(struck: readonly FaultRecord[]): readonly Calm[] {
  return struck
    .map((after): Calm => {
      const fromMs = after.verifiedAtMs as number;
      const next = struck
        .filter(({ verifiedAtMs }) => (verifiedAtMs as number) > fromMs)
        .map(({ injectedAtMs, confirmedAtMs }) => injectedAtMs ?? (confirmedAtMs as number));
      return { after, fromMs, untilMs: Math.min(Number.POSITIVE_INFINITY, ...next) };
    })
    .filter(({ fromMs, untilMs }) => untilMs > fromMs)
    .filter(({ fromMs }, index, all) => all.findIndex((other) => other.fromMs === fromMs) === index)
    .sort((a, b) => a.fromMs - b.fromMs);
}

function factOf(
  { after, fromMs }: Calm,
  tookMs: number | null,
  windows: readonly (boolean | null)[],
  { recovery }: Evidence,
): Fact {
  const bad = windows.filter((good) => good === false).length;
  const came = tookMs === null ? 'never came' : `came after ${Math.round(tookMs)} ms`;
  const what = `${recovery.windows} good windows in a row ${came} (${bad} of ${windows.length} were bad)`;
  const text = `${after.fault} on ${after.on} was healed at ${(fromMs / 1000).toFixed(3)} s: ${what}`;
  return { text, fault: after.fault, on: after.on, healedMs: fromMs, tookMs, bad, windows: windows.length };
}
