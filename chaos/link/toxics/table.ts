import { bandwidth } from './bandwidth.ts';
import { down } from './down.ts';
import { halfOpen } from './half-open.ts';
import { latency } from './latency.ts';
import { limitData } from './limit-data.ts';
import { partition } from './partition.ts';
import { resetPeer } from './reset-peer.ts';
import { slicer } from './slicer.ts';
import { slowClose } from './slow-close.ts';
import { timeout } from './timeout.ts';
import type { ToxicKind } from './toxic-kind.ts';

export const toxicKinds: readonly ToxicKind[] = [
  latency,
  bandwidth,
  slowClose,
  timeout,
  resetPeer,
  slicer,
  limitData,
  down,
  halfOpen,
  partition,
];
