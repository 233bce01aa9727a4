import { type Figure, median } from './figure.ts';
import { measure } from './processes.ts';
import type { Pair } from './rounds.ts';

interface Measured {
  readonly client: Pair;
  readonly pipelined: Pair;
  readonly bare: Pair;
  /** Of one command after another, through the link and directly, by rounds. */
  readonly p50Ms: { readonly through: readonly number[]; readonly direct: readonly number[] };
}

/** What a link without a fault costs, between a real Redis and those who talk to it. */
export async function link(): Promise<readonly Figure[]> {
  const { client, pipelined, bare, p50Ms } = await measure<Measured>('link-process.ts');
  const { through, direct } = p50Ms;
  const peerName = 'without the link';
  const rates = ({ ours, peer, ratio }: Pair) => ({ ours, peer, pairedRatio: ratio, peerName, unit: '/s' });
  return [
    {
      ...rates(client),
      name: 'link: commands of one ioredis client, 100 under way',
      target: { of: 'ratio', operator: '>=', limit: 0.9 },
    },
    {
      ...rates(pipelined),
      name: 'link: GET of redis-benchmark, 50 connections, 100 in the pipeline',
      target: { of: 'ratio', operator: '>=', limit: 0.7 },
    },
    {
      ...rates(bare),
      name: 'link: the same beside two sockets of Node piped into each other',
      peerName: 'socket.pipe',
      target: null,
    },
    {
      name: 'link: added to the p50 of one command after another',
      ours: median(through.map((value, round) => value - (direct[round] ?? Number.NaN))),
      peer: null,
      peerName: '',
      unit: 'ms',
      target: { of: 'ours', operator: '<=', limit: 0.1 },
    },
  ];
}
