import type { CellProgress } from '../scenarios/run/run-cell.ts';
import { aboutLeft } from './time-left.ts';

/** Says on stderr how far the matrix is: one line that rewrites itself on a terminal, plain lines elsewhere. */
export interface ProgressLine {
  cell(name: string, number: number, of: number): void;
  /** `leftMs`: how long all of it will still take. */
  update(progress: CellProgress, leftMs: number): void;
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
  /** What is told of the time stands in any width; a long name gives way. */
  const print = (tail: string): void => {
    // A terminal that does not know its width says 0.
    const room = Math.max(1, (output.columns || 80) - 1 - tail.length);
    output.write(`\r\u001b[K${head.length > room ? `${head.slice(0, room - 1)}…` : head}${tail}`);
    shown = true;
  };
  return {
    cell(name, number, of) {
      head = headOf(name, number, of);
      print('');
    },
    update(progress, leftMs) {
      const rate = progress.eventsPerS === null ? '' : ` ${Math.round(progress.eventsPerS)} events/s`;
      print(` ... ${progress.phase}${rate}, ${aboutLeft(leftMs)}`);
    },
    clear,
  };
}

/** A line when a cell starts and at each new phase: enough for a CI log. */
function plainLines(output: Output): ProgressLine {
  let head = '';
  let phase = '';
  return {
    cell(name, number, of) {
      head = headOf(name, number, of);
      phase = '';
    },
    update(progress, leftMs) {
      if (progress.phase === phase) return;
      phase = progress.phase;
      output.write(`${head} ... ${phase}, ${aboutLeft(leftMs)}\n`);
    },
    clear() {},
  };
}

function headOf(name: string, number: number, of: number): string {
  return `[${number + 1}/${of}] ${name}`;
}
