import type { Ledger, LedgerCount } from '../ledger/ledger.ts';
import { type Loss, lossesOf } from '../ledger/losses.ts';
import { broken, type Evidence, type Fact, harmed, type Judgement, undecided } from './check.ts';
import { peaceFromMs } from './promise.ts';

function wholeRun(ledger: Ledger): LedgerCount {
  return ledger.count(new Float64Array(ledger.producers).fill(1), ledger.sent);
}

/** What was acknowledged and never came, one stretch of numbers at a subscriber after another. */
export function* lossFacts(
  { events, messages, loadStartMs }: Evidence,
  want: (loss: Loss) => boolean = () => true,
) {
  for (const ledger of [events, messages]) {
    for (const loss of lossesOf(ledger)) if (want(loss)) yield factOf(ledger.what, loss, loadStartMs);
  }
}

function factOf(what: string, { producer, from, to, ...loss }: Loss, loadStartMs: number): Fact {
  const numbers = from === to ? `${from}` : `${from}..${to}`;
  const since = (atMs: number | null): number | null =>
    atMs === null ? null : Math.round(atMs - loadStartMs);
  const [firstAckedMs, lastAckedMs] = [since(loss.firstAckedMs), since(loss.lastAckedMs)];
  const when = firstAckedMs === null ? '' : ` at ${(firstAckedMs / 1000).toFixed(3)} s`;
  const text = `${what} ${producer}:${numbers} was acknowledged${when} and never reached ${loss.subscriber}`;
  const { owed, subscriber } = loss;
  return { text, what, producer, from, to, owed, subscriber, firstAckedMs, lastAckedMs };
}

/** How many deliveries were owed, and how many of what was acknowledged never came. */
export function owedAndLost({ events, messages }: Evidence): {
  readonly owed: number;
  readonly lost: number;
} {
  const counts = [events, messages].map(wholeRun);
  const sum = (pick: (count: LedgerCount) => number): number =>
    counts.reduce((total, count) => total + pick(count), 0);
  return { owed: sum(({ entitled }) => entitled), lost: sum(({ lostAcked }) => lostAcked) };
}

/** What the losses of a run say; null where there are none, and there was something to lose. */
export function judgeLosses(evidence: Evidence): Judgement | null {
  const { owed, lost } = owedAndLost(evidence);
  if (owed === 0) return undecided('nothing was sent to anyone entitled to it');
  if (lost > 0 && evidence.stillArriving)
    return undecided(
      `${lost} of ${owed} deliveries had not come when the drain deadline passed`,
      lossFacts(evidence),
    );
  if (lost > 0) return judgeLost(evidence, `${lost} of ${owed} deliveries never came`);
  if (evidence.events.uncertain || evidence.messages.uncertain)
    return undecided('more holes than the ledger keeps: losses could not be told from late arrivals');
  return null;
}

/**
 * What was acknowledged when all faults had been healed is lost by no fault; where the bus keeps nothing for a subscriber
 * that is away, when it has had its time to come back as well.
 */
function judgeLost(evidence: Evidence, detail: string): Judgement {
  const { loadStartMs, faults, promises, recovery } = evidence;
  const awayMs = promises.bus.replay === 'none' ? recovery.withinMs : 0;
  const peaceMs = loadStartMs + peaceFromMs(faults) + awayMs;
  const inPeace = ({ notBeforeMs }: Loss): boolean => notBeforeMs !== null && notBeforeMs > peaceMs;
  const late = lossFacts(evidence, inPeace);
  const { value: first } = late.next();
  if (first === undefined) return harmed('lost by the bus', evidence, detail, lossFacts(evidence));
  return broken(`${detail}, some of them acknowledged after the last heal`, lossFacts(evidence, inPeace));
}
