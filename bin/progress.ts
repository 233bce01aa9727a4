import type { LiveSample } from '../scenarios/run/live.ts';
import type { CellProgress } from '../scenarios/run/run-cell.ts';
import { sampleLines } from './live/sample-text.ts';
import { aboutLeft } from './time-left.ts';

/** Says on stderr how far the matrix is: lines that rewrite themselves on a terminal, plain lines elsewhere. */
export interface ProgressLine {
  cell(name: string, number: number, of: number): void;
  /** `leftMs`: how long all of it will still take. */
  update(progress: CellProgress, leftMs: number): void;
  /** Takes the lines away, so that something else can be printed. */
  clear(): void;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export function createProgress(output: Output): ProgressLine {
  return output.isTTY ? liveLines(output) : plainLines(output);
}

/** How far it is; below it, once there is something to see, how the load goes, which faults are in force, and what it would come to. */
function liveLines(output: Output): ProgressLine {
  let head = '';
  let seen: LiveSample | null = null;
  let shown = 0;
  const back = (): string => `\r\u001b[K${'\u001b[A\u001b[K'.repeat(Math.max(0, shown - 1))}`;
  /** What is told of the time stands in any width; a long name gives way. What is below is cut, for a line that wraps would stay. */
  const print = (tail: string): void => {
    // A terminal that does not know its width says 0.
    const columns = (output.columns || 80) - 1;
    const room = Math.max(1, columns - tail.length);
    const below = seen === null ? [] : sampleLines(seen);
    const lines = [
      `${shortened(head, room)}${tail}`,
      ...below.map((line) => shortened(`  ${line}`, columns)),
    ];
    output.write(`${back()}${lines.join('\n')}`);
    shown = lines.length;
  };
  return {
    cell(name, number, of) {
      head = headOf(name, number, of);
      seen = null;
      print('');
    },
    update(progress, leftMs) {
      seen = progress.live ?? seen;
      const rate = progress.eventsPerS === null ? '' : ` ${Math.round(progress.eventsPerS)} events/s`;
      print(` ... ${progress.phase}${rate}, ${aboutLeft(leftMs)}`);
    },
    clear() {
      if (shown > 0) output.write(back());
      shown = 0;
    },
  };
}

const shortened = (text: string, room: number): string =>
  text.length > room ? `${text.slice(0, room - 1)}…` : text;

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
