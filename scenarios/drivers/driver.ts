/**
 * How a scenario reaches the orchestrator: by calls, or through a gateway before it. With `k6` that program asks over HTTP what
 * is due in open models, and the rest goes over one WebSocket; with `autocannon` that program publishes, in a closed model.
 */
export const driverNames = ['embedded', 'http', 'websocket', 'k6', 'autocannon'] as const;
export type DriverName = (typeof driverNames)[number];

/** Whether a gateway stands before the orchestrator, which then has a process of its own. */
export function needsGateway(driver: DriverName | undefined): driver is Exclude<DriverName, 'embedded'> {
  return driver !== undefined && driver !== 'embedded';
}

/** As short as autocannon may wait for an answer, in ms. */
export const shortestTimeoutMs = 1000;
