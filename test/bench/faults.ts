import type { FaultRecord, RunRecord } from '../../reports/record.ts';
import type { Figure } from './figure.ts';
import { numberOf, play } from './processes.ts';

/** When the faults of the scenario are due, in ms, and until when; a server that is to start takes as long as it takes. */
const due: { readonly [fault: string]: { readonly atMs: number; readonly untilMs: number | null } } = {
  delay: { atMs: 1000, untilMs: 1300 },
  latency: { atMs: 2000, untilMs: 2300 },
  pause: { atMs: 3000, untilMs: 3300 },
  kill: { atMs: 5000, untilMs: null },
};
const soonMs = 20;

/** How near to their times faults are injected and healed, and how soon a server that was killed serves as before. */
export async function faults(): Promise<readonly Figure[]> {
  const { record } = await play('test/bench/faults.yaml');
  const figures = Object.entries(due).flatMap(([name, { atMs, untilMs }]) => {
    const found = faultOf(record, name);
    return [
      figureOf(`${name}: injected after its time`, (found?.injectedAtMs ?? Number.NaN) - atMs, soonMs),
      ...(untilMs === null
        ? []
        : [figureOf(`${name}: healed after its time`, (found?.healedAtMs ?? Number.NaN) - untilMs, soonMs)]),
    ];
  });
  for (const stack of ['redis', 'postgres']) {
    const { record: killed } = await play('test/bench/fault-recovery.yaml', {}, ['--stacks', stack]);
    const ms = numberOf(killed, 'heal_recovery_ms');
    figures.push(figureOf(`${stack}: heal_recovery_ms of a kill and an immediate restart`, ms, 1000));
  }
  return figures;
}

function faultOf({ faults: all }: RunRecord, name: string): FaultRecord | undefined {
  return all.find(({ fault }) => fault === name);
}

function figureOf(name: string, ms: number, limit: number): Figure {
  return {
    name,
    ours: ms,
    peer: null,
    peerName: '',
    unit: 'ms',
    target: { of: 'ours', operator: '<=', limit },
  };
}
