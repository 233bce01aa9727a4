import { TestbedError } from '../core/error.ts';

/** A person's input is wrong: exit code 3. */
export function invalid(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', printable(message));
}

/** What was written, as a message shows it: quoted, and not longer than a message should be. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 62 ? `${text.slice(0, 57)}..."` : text;
}

/** On one line, with nothing in it that a terminal hides or obeys. */
export function printable(text: string): string {
  return text.replaceAll(/(?! )[\p{C}\p{Z}]/gu, (character) => {
    const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
    return `\\u{${code}}`;
  });
}
