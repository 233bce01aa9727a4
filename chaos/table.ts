import { corrupt } from './calls/corrupt.ts';
import { delay } from './calls/delay.ts';
import { drop } from './calls/drop.ts';
import { duplicate } from './calls/duplicate.ts';
import { error } from './calls/error.ts';
import { lostReply } from './calls/lost-reply.ts';
import { reorder } from './calls/reorder.ts';
import { timeout } from './calls/timeout.ts';
import { clockJump } from './clock/jump.ts';
import { clockSkew } from './clock/skew.ts';
import { clockStrobe } from './clock/strobe.ts';
import { bitFlip } from './disk/bit-flip.ts';
import { diskFull } from './disk/full.ts';
import { readOnly } from './disk/read-only.ts';
import { slowFsync } from './disk/slow-fsync.ts';
import { truncate } from './disk/truncate.ts';
import type { FaultKind } from './fault.ts';
import { bandwidth } from './network/bandwidth.ts';
import { blackhole } from './network/blackhole.ts';
import { down } from './network/down.ts';
import { halfOpen } from './network/half-open.ts';
import { latency } from './network/latency.ts';
import { limitData } from './network/limit-data.ts';
import { partition } from './network/partition.ts';
import { reset } from './network/reset.ts';
import { slicer } from './network/slicer.ts';
import { slowClose } from './network/slow-close.ts';
import { postgresBackendKill } from './postgres/backend-kill.ts';
import { postgresConnections } from './postgres/connections.ts';
import { postgresDeadlock } from './postgres/deadlock.ts';
import { postgresFailover } from './postgres/failover.ts';
import { postgresLock } from './postgres/lock.ts';
import { postgresTerminate } from './postgres/terminate.ts';
import { crashLoop } from './process/crash-loop.ts';
import { kill } from './process/kill.ts';
import { pause } from './process/pause.ts';
import { restart } from './process/restart.ts';
import { terminate } from './process/terminate.ts';
import { redisFailover } from './redis/failover.ts';
import { redisMaxmemory } from './redis/maxmemory.ts';
import { redisPause } from './redis/pause.ts';
import { redisTrim } from './redis/trim.ts';
import { cpuHog } from './resource/cpu-hog.ts';
import { descriptorExhaustion } from './resource/descriptor-exhaustion.ts';
import { eventLoopStall } from './resource/event-loop-stall.ts';
import { listenerLeak } from './resource/listener-leak.ts';
import { memoryHog } from './resource/memory-hog.ts';

/** Every fault that a scenario can name. One file each, one line here. */
export const faultTable: readonly FaultKind[] = [
  delay,
  error,
  timeout,
  drop,
  duplicate,
  reorder,
  corrupt,
  lostReply,
  latency,
  bandwidth,
  slicer,
  slowClose,
  limitData,
  blackhole,
  reset,
  down,
  halfOpen,
  partition,
  kill,
  terminate,
  pause,
  restart,
  crashLoop,
  diskFull,
  readOnly,
  slowFsync,
  truncate,
  bitFlip,
  cpuHog,
  memoryHog,
  eventLoopStall,
  descriptorExhaustion,
  listenerLeak,
  clockJump,
  clockStrobe,
  clockSkew,
  redisPause,
  redisMaxmemory,
  redisTrim,
  redisFailover,
  postgresTerminate,
  postgresLock,
  postgresDeadlock,
  postgresConnections,
  postgresBackendKill,
  postgresFailover,
];

export function findFault(name: string): FaultKind | undefined {
  return faultTable.find((fault) => fault.name === name);
}
