import { type Figure, median } from './figure.ts';
import { runNode } from './processes.ts';

const rounds = 9;

/** What a command takes beyond Node's own start, each in turn with it. */
export async function startup(): Promise<readonly Figure[]> {
  const commands = [
    ['-e', '0'],
    ['bin/testbed.js', '--help'],
    ['bin/testbed.js', 'validate', 'stress'],
  ];
  const taken: number[][] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    for (const [at, args] of commands.entries()) (taken[at] as number[]).push((await runNode(args)).wallMs);
  }
  const [bare = Number.NaN, help = Number.NaN, validate = Number.NaN] = taken.map(median);
  const beyond = (name: string, ms: number, limit: number): Figure => ({
    name,
    ours: ms - bare,
    peer: bare,
    peerName: "Node's own start",
    unit: 'ms',
    target: { of: 'ours', operator: '<=', limit },
  });
  return [
    beyond("testbed --help, over Node's own start", help, 150),
    beyond("testbed validate, over Node's own start", validate, 300),
  ];
}
