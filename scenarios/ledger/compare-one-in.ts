import type { Workload } from '../scenario.ts';

/** Deliveries a second, and bytes of them, that can all be compared with what was sent at no cost that would show. */
const comparedPerS = 100_000;
const comparedBytesPerS = 100_000_000;
const rarest = 64;

/** Of how many publishes of events, and of messages, the content of one is compared where it arrives: of each where there is time for it. */
export function compareOneIn(workload: Workload): { readonly events: number; readonly messages: number } {
  const { arrivals, subscribers, eventsPerS, messagesPerS, phases, payload } = workload;
  const peak = Math.max(0, ...phases.flatMap(({ rateFrom, rateTo }) => [rateFrom, rateTo]));
  const oneIn = (perS: number): number => {
    const share = Math.max(perS / comparedPerS, (perS * payload.bytes) / comparedBytesPerS, 1);
    return Math.min(rarest, 2 ** Math.ceil(Math.log2(share)));
  };
  const deliveriesPerS = eventsPerS * peak * (subscribers.count + subscribers.late);
  return {
    events: arrivals === 'closed' ? rarest : oneIn(deliveriesPerS),
    messages: oneIn(messagesPerS * peak),
  };
}
