/** How a scenario reaches the orchestrator: by calls, or through a gateway before it. */
export const driverNames = ['embedded', 'http', 'websocket'] as const;
export type DriverName = (typeof driverNames)[number];

/** Whether a gateway stands before the orchestrator, which then has a process of its own. */
export function needsGateway(driver: DriverName | undefined): driver is 'http' | 'websocket' {
  return driver !== undefined && driver !== 'embedded';
}
