import type { ChildProcess } from 'node:child_process';

/** Of what a cell's process prints, the end is kept: that is where a crash says what it was. */
const kept = 8000;

/** Collects what the process prints; the returned function gives the last of it. */
export function keepOutput(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-kept);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => text.trim();
}

/** The line that Node or V8 prints for why it ends, as `: Error: ...`; nothing where there is none. */
export function reasonIn(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const said = lines.find((line) => /^(FATAL ERROR:|(Uncaught )?[A-Z]\w*(Error|Exception)\b)/.test(line));
  return said === undefined ? '' : `: ${said}`;
}
