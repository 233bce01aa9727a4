import { isTestbedError } from '../../core/error.ts';
import type { K6Program } from '../../scenarios/drivers/k6/site.ts';
import type { CellOrder } from '../cell-protocol.ts';
import { findK6 } from './find-k6.ts';

/** What of a cell says whether it needs k6, and which. */
type Asked = Pick<CellOrder, 'cell' | 'k6'>;

/** Why a cell cannot be played for want of k6; null when it can, or needs none. */
export function withoutK6(asked: Asked): string | null {
  const found = k6Of({ ...asked, environment: { ci: false } });
  return typeof found === 'string' ? found : null;
}

/**
 * The k6 that a cell is played with, undefined for one that needs none, or why it is UNSUPPORTED here. In CI that is an error:
 * what is to be tested there has to be there.
 */
export function k6Of({
  cell,
  k6,
  environment,
}: Asked & { readonly environment: Pick<CellOrder['environment'], 'ci'> }): K6Program | string | undefined {
  const { driver, ownScript } = cell.scenario;
  if (driver !== 'k6') return undefined;
  try {
    return findK6(k6, ownScript?.path);
  } catch (error) {
    if (environment.ci || !isTestbedError(error, 'UNSUPPORTED')) throw error;
    return error.message;
  }
}
