import type { Figure } from './figure.ts';
import { measure } from './processes.ts';

export async function agents(): Promise<readonly Figure[]> {
  const { spawnS, bytesEach } = await measure<{ spawnS: number; bytesEach: number }>('agents-process.ts');
  const alone = { peer: null, peerName: '' };
  return [
    {
      ...alone,
      name: 'memory: 100,000 agents spawned, 1,000 at a time',
      ours: spawnS,
      unit: 's',
      target: { of: 'ours', operator: '<=', limit: 2 },
    },
    {
      ...alone,
      name: 'memory: one of 1,000,000 idle agents',
      ours: bytesEach,
      unit: 'B',
      target: { of: 'ours', operator: '<=', limit: 1000 },
    },
  ];
}
