import { numberText } from '../../reports/formats/number-text.ts';
import type { LiveSample } from '../../scenarios/run/live.ts';

/** How the load goes, in words for one line of 80. */
function ratesText(sample: LiveSample): string {
  const { offeredPerS, ackedPerS, deliveriesPerS, errorsPerS, deliveryMs, lag } = sample;
  const [offered, acked, delivered, errors] = [offeredPerS, ackedPerS, deliveriesPerS, errorsPerS].map(
    Math.round,
  );
  const beside = [
    ...(deliveryMs === null ? [] : [`${numberText(deliveryMs, 'ms')} ms`]),
    ...(lag === null ? [] : [`lag ${lag}`]),
  ];
  const rates = `offered ${offered}, acknowledged ${acked}, delivered ${delivered}, errors ${errors} a second`;
  return beside.length === 0 ? rates : `${rates}; ${beside.join(', ')}`;
}

/** Which faults are in force; null: none is. */
function faultsText({ faults }: LiveSample): string | null {
  const on = faults.filter(({ toMs }) => toMs === null).map(({ name }) => name);
  return on.length === 0 ? null : `in force: ${on.join(', ')}`;
}

/** All that is said of a look, line by line. */
export function sampleLines(sample: LiveSample): readonly string[] {
  const faults = faultsText(sample);
  return [ratesText(sample), soFarText(sample), ...(faults === null ? [] : [faults])];
}

/** What it would come to now: not every threshold can be told before the end, and no check can. */
function soFarText({ soFar: { verdict, broken, judged, of } }: LiveSample): string {
  if (verdict === null) return 'so far: nothing to judge yet';
  const why = broken.length === 0 ? '' : `: ${broken.join('; ')}`;
  return `so far: ${verdict} by ${judged} of ${of} thresholds${why}`;
}
