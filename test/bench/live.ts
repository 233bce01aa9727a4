import { get } from 'node:http';
import { freePort } from '../../adapters/servers/free-port.ts';
import { systemClock } from '../../core/clock.ts';
import type { Figure } from './figure.ts';
import { numberOf, play } from './processes.ts';
import { inRounds, pairOf } from './rounds.ts';

const scenario = 'test/bench/live.yaml';
const rounds = 6;
/** A second of frames, at two a second: fewer say that nobody was looking on. */
const fewest = 4;
const startWithinMs = 20_000;

/** What it costs the process of a cell that somebody looks on: its CPU while the page is open, beside the same without. */
export async function live(): Promise<readonly Figure[]> {
  const sides = await inRounds(rounds, {
    watched: () => cpuOf(true),
    alone: () => cpuOf(false),
  });
  const { ours, peer, ratio } = pairOf(sides.watched, sides.alone);
  return [
    {
      name: 'CPU of a cell whose page is open',
      ours,
      peer,
      peerName: `without, medians of ${rounds}`,
      unit: '%',
      pairedRatio: ratio,
      target: { of: 'ratio', operator: '<=', limit: 1.02 },
    },
  ];
}

async function cpuOf(watched: boolean): Promise<number> {
  if (!watched) return numberOf((await play(scenario)).record, 'generator_cpu_pct');
  const port = await freePort();
  const [{ record }, frames] = await Promise.all([
    play(scenario, {}, ['--live', '--live-port', String(port)]),
    lookOn(port),
  ]);
  if (frames < fewest) throw new Error(`the page showed ${frames} frames`);
  return numberOf(record, 'generator_cpu_pct');
}

/** Listens as the page does, from when it is there to the end of the run; how many frames came. */
async function lookOn(port: number): Promise<number> {
  const untilMs = systemClock.now() + startWithinMs;
  while (systemClock.now() < untilMs) {
    const frames = await framesFrom(port);
    if (frames > 0) return frames;
    await systemClock.sleep(50);
  }
  return 0;
}

function framesFrom(port: number): Promise<number> {
  return new Promise((resolve) => {
    let frames = 0;
    const asked = get(`http://127.0.0.1:${port}/events`, { agent: false }, (response) => {
      response.setEncoding('utf8').on('data', (chunk: string) => {
        frames += chunk.split('data: {').length - 1;
      });
      response.on('close', () => resolve(frames));
    });
    asked.on('error', () => resolve(frames));
  });
}
