import type { CellProgress } from '../scenarios/run/run-cell.ts';

/** Says on stderr how far the run is: one line that rewrites itself on a terminal, plain lines elsewhere. */
export interface ProgressLine {
  cell(name: string, number: number, of: number): void;
  update(progress: CellProgress): void;
  /** Takes the line away, so that something else can be printed. */
  clear(): void;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export function createProgress(output: Output): ProgressLine {
  return output.isTTY ? liveLine(output) : plainLines(output);
}

function liveLine(output: Output): ProgressLine {
  let head = '';
  let shown = false;
  const clear = (): void => {
    if (shown) output.write('\r\u001b[K');
    shown = false;
  };
  const print = (text: string): void => {
    output.write(`\r\u001b[K${text.slice(0, (output.columns ?? 80) - 1)}`);
    shown = true;
  };
  return {
    cell(name, number, of) {
      head = `[${number + 1}/${of}] ${name}`;
      print(head);
    },
    update: (progress) => print(`${head}   ${describe(progress)}`),
    clear,
  };
}

/** A line when a cell starts and at each new phase: enough for a CI log. */
function plainLines(output: Output): ProgressLine {
  let head = '';
  let phase = '';
  return {
    cell(name, number, of) {
      head = `[${number + 1}/${of}] ${name}`;
      phase = '';
    },
    update(progress) {
      if (progress.phase === phase) return;
      phase = progress.phase;
      output.write(`${head}   ${phase}, ${secondsLeft(progress)} s to go\n`);
    },
    clear() {},
  };
}

function describe(progress: CellProgress): string {
  const rate = progress.eventsPerS === null ? '' : `   ${Math.round(progress.eventsPerS)} events/s`;
  return `${progress.phase}${rate}   ${secondsLeft(progress)} s left`;
}

function secondsLeft({ elapsedMs, totalMs }: CellProgress): string {
  return Math.max(0, (totalMs - elapsedMs) / 1000).toFixed(0);
}
