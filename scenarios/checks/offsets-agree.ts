import { lossesOf } from '../ledger/losses.ts';
import {
  type Check,
  type Evidence,
  harmed,
  holds,
  type Judgement,
  undecided,
  unsupported,
  worstOf,
} from './check.ts';
import { deliveriesTo, rowsOf, sumOf } from './delivery.ts';
import { lossFacts } from './loss.ts';
import { judgeRepeated } from './repeats.ts';

/**
 * Each subscriber's place among what a producer sent only moves on, and by what comes next: nothing acknowledged is
 * passed over for good, and nobody is taken back to what came before the last one. What comes late, and what never
 * comes after all, are the matter of other checks.
 */
export const offsetsAgree: Check = (evidence) => {
  if (evidence.order === 'none') return unsupported('this bus promises no order');
  const found = worstOf([judgeRewinds(evidence), judgeSkips(evidence)]);
  if (found !== null) return found;
  if (evidence.events.uncertain || evidence.messages.uncertain)
    return undecided('more holes than the ledger keeps: what was passed over could not be told');
  const deliveries = deliveriesTo(rowsOf(evidence));
  if (deliveries === 0) return undecided('nothing was delivered');
  return holds(`${deliveries} deliveries, each subscriber only ever moved on`);
};

function judgeSkips(evidence: Evidence): Judgement | null {
  let skipped = 0;
  for (const ledger of [evidence.events, evidence.messages]) {
    for (const { passedOver, owed } of lossesOf(ledger)) if (passedOver) skipped += owed;
  }
  if (skipped === 0) return null;
  const detail = `${skipped} deliveries were passed over`;
  const facts = lossFacts(evidence, ({ passedOver }) => passedOver);
  if (evidence.stillArriving) return undecided(`${detail}, and others were still arriving`, facts);
  return harmed('lost by the bus', evidence, detail, facts);
}

function judgeRewinds(evidence: Evidence): Judgement | null {
  const rows = rowsOf(evidence);
  const rewound = sumOf(rows, (row) => row.rewound);
  if (rewound === 0) return null;
  const facts = rows.flatMap((row) => row.evidence.rewound);
  return judgeRepeated(evidence, `${rewound} deliveries took a subscriber back`, facts);
}
