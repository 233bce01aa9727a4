import { join } from 'node:path';
import { TestbedError } from '../../core/error.ts';
import { gatewayUrlOf } from '../drivers/gateway-url.ts';
import type { LoadTool } from '../load/load-tool.ts';
import type { OpenSystem } from './open-system.ts';
import type { CellContext } from './run-cell.ts';

/** The program that plays a part of the load in our place, where the scenario's driver is one; null where it is none. */
export async function openTool(context: CellContext, system: OpenSystem): Promise<LoadTool | null> {
  const { cell, k6, dataDirectory, clock } = context;
  const { driver, workload, thresholds } = cell.scenario;
  if (driver !== 'k6') return null;
  if (k6 === undefined) throw new TestbedError('UNSUPPORTED', 'driver k6: nobody has looked for k6');
  const url = gatewayUrlOf(await system.facts());
  // Loaded when it is asked for: a cell without it holds nothing of it in memory.
  const { K6Load } = await import('../drivers/k6/k6-load.ts');
  const directory = join(dataDirectory, 'k6');
  return new K6Load({ program: k6, url, workload, thresholds, directory, clock });
}
