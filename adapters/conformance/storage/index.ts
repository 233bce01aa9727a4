import type { Storage } from '../../../core/storage.ts';
import type { StorageTraits } from '../../adapter.ts';
import { lifecycleTests } from '../opening.ts';
import { changeTests } from './changes.ts';
import { eventTests } from './events.ts';
import { indexTests } from './indexes.ts';
import { agent, event, next, type StorageTest, swarm } from './kit.ts';
import { nodeTests } from './nodes.ts';
import { pageTests } from './pages.ts';
import { processTests } from './processes.ts';
import { recordTests } from './records.ts';
import { versionTests } from './versions.ts';

/** What every storage must do, as far as its traits claim it. */
export const storageConformance: readonly StorageTest[] = [
  ...recordTests,
  ...versionTests,
  ...indexTests,
  ...pageTests,
  ...eventTests,
  ...changeTests,
  ...nodeTests,
  ...lifecycleTests<Storage, StorageTraits>(({ agents, swarms, events, changes, nodes }) => [
    ['agents.insert', () => agents.insert([agent('a')])],
    ['agents.get', () => agents.get('a')],
    ['agents.update', () => agents.update([next(agent('a'))])],
    ['agents.find', () => agents.find({}, { limit: 1 })],
    ['agents.count', () => agents.count({})],
    ['agents.remove', () => agents.remove(['a'])],
    ['swarms.insert', () => swarms.insert([swarm('s')])],
    ['swarms.get', () => swarms.get('s')],
    ['swarms.update', () => swarms.update([{ ...swarm('s'), version: 2 }])],
    ['swarms.find', () => swarms.find({}, { limit: 1 })],
    ['swarms.count', () => swarms.count({})],
    ['swarms.remove', () => swarms.remove(['s'])],
    ['events.append', () => events.append([event('a', 1)])],
    ['events.read', () => events.read({}, { limit: 1 })],
    ['events.count', () => events.count()],
    ['events.prune', () => events.prune(0)],
    ...(changes === undefined ? [] : [['changes.since', () => changes.since({ limit: 1 })] as const]),
    ...(nodes === undefined
      ? []
      : ([
          ['nodes.enter', () => nodes.enter({ node: 'node-1', address: null })],
          ['nodes.renew', () => nodes.renew(1, 0)],
          ['nodes.list', () => nodes.list()],
          ['nodes.end', () => nodes.end(1, 0)],
          ['nodes.forget', () => nodes.forget(1)],
        ] as const)),
  ]),
  ...processTests,
];
