import type { Clock } from '../../core/clock.ts';
import { writeError } from '../node/written-error.ts';
import { Crowd } from './crowd.ts';
import type { FromCrowd, ToCrowd } from './protocol.ts';

/** Makes this process the clients of a cell, which does as its parent says by IPC; it ends when its parent is gone. */
export function serveCrowd(clock: Clock): void {
  let crowd: Crowd | null = null;
  const tell = (message: FromCrowd): void => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  const take = async (message: ToCrowd): Promise<void> => {
    if (message.do === 'open') {
      crowd = new Crowd(message.order, clock);
      tell({ said: 'opened', opened: await crowd.open() });
    } else if (message.do === 'begin') {
      crowd?.begin(message.spans, message.first);
      tell({ said: 'begun' });
    } else if (message.do === 'disturb') crowd?.disturb(message.which, message.atMs);
    else if (message.do === 'load is over') crowd?.loadIsOver();
    else if (crowd !== null)
      tell({ said: 'report', report: await crowd.end(message.owed, message.withinMs) });
  };
  process.on('message', (message: ToCrowd) => {
    take(message).catch((error: unknown) => tell({ said: 'failed', error: writeError(error) }));
  });
  const end = async (): Promise<void> => {
    await crowd?.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void end());
  process.once('disconnect', () => process.exit(0));
}
