import { cpus } from 'node:os';

/** CPU time of all cores since the machine started, in ms. */
export interface MachineTimes {
  readonly busyMs: number;
  readonly allMs: number;
}

/** How busy the machine was over some time, in percent of all its cores. */
export interface MachineUse {
  readonly busyPct: number;
  /** What neither this process nor the others of its cell used. */
  readonly othersPct: number;
}

export function readMachine(): MachineTimes {
  const times = cpus().map((core) => core.times);
  const allMs = times.reduce(
    (sum, { user, nice, sys, irq, idle }) => sum + user + nice + sys + irq + idle,
    0,
  );
  return { busyMs: allMs - times.reduce((sum, { idle }) => sum + idle, 0), allMs };
}

/** Null where the system does not say, or too little time passed for its ticks. */
export function machineUse(before: MachineTimes, after: MachineTimes, ownS: number): MachineUse | null {
  const allMs = after.allMs - before.allMs;
  const busyMs = after.busyMs - before.busyMs;
  if (!(allMs > 0) || busyMs < 0) return null;
  const othersMs = Math.max(0, busyMs - ownS * 1000);
  return { busyPct: (100 * busyMs) / allMs, othersPct: (100 * othersMs) / allMs };
}
