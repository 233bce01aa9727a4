import { TestbedError } from '../core/error.ts';

/** A person's input is wrong: exit code 3. */
export function invalid(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}

/** What was written, as a message shows it: quoted, on one line, and not longer than a message should be. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 62 ? `${text.slice(0, 57)}..."` : text;
}
