import { TestbedError } from '../../core/error.ts';
import type { Verdict } from '../../reports/record.ts';
import type { CellProgress } from '../../scenarios/run/run-cell.ts';
import type { Flag, Flags } from '../command.ts';
import { wholeNumber } from '../flags.ts';
import { LiveView } from './frame.ts';
import { serveLive } from './server.ts';

export const liveFlags: readonly Flag[] = [
  {
    name: 'live',
    value: null,
    what: 'shows the run while it plays, on a page that only this machine can open',
  },
  { name: 'live-port', value: 'N', what: 'the port of that page; default 0: a free one' },
];

/** Whoever looks on while a run plays. */
export interface Watcher {
  cell(name: string, number: number, of: number): void;
  progress(progress: CellProgress): void;
  finished(name: string, verdict: Verdict): void;
  /** The run is over. */
  close(): Promise<void>;
}

/** Opens the page that `--live` asks for, and says where; null where nobody asked. */
export async function watchRun(flags: Flags, title: string): Promise<Watcher | null> {
  const port = wholeNumber(flags, 'live-port', 0, 65_535, 0);
  if (!flags.has('live')) {
    if (flags.has('live-port'))
      throw new TestbedError('INVALID_CONFIG', '--live-port is of a page: --live is missing');
    return null;
  }
  const view = new LiveView();
  const server = await serveLive(port, title, () => view.frame());
  const show = (): void => {
    if (server.isWatched) server.show(view.frame());
  };
  process.stderr.write(`live: ${server.url}\n`);
  return {
    cell(name, number, of) {
      view.cell(name, number, of);
      show();
    },
    progress(progress) {
      if (view.progress(progress)) show();
    },
    finished(name, verdict) {
      view.finished(name, verdict);
      show();
    },
    async close() {
      view.close('The run has ended: its results are where it was started.');
      show();
      await server.close();
    },
  };
}
