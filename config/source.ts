import { isUtf8 } from 'node:buffer';
import { readFileSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { isTestbedError, messageOf, type TestbedError } from '../core/error.ts';
import { invalid } from './invalid.ts';
import type { Mark, Problems } from './problems.ts';

/** Far beyond what people write, far below what would take long to read. */
const maxBytes = 1_000_000;

/** What YAML does not allow in a text: control characters other than tab and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what it is for
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;

/** A file as read: text without a byte order mark. */
export interface Source {
  /** As messages show it. */
  readonly name: string;
  readonly text: string;
}

/** A path as a person in this folder would write it. */
export function displayPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') || isAbsolute(near) ? path : near;
}

/**
 * Reads a file of UTF-8 text, with or without byte order mark. INVALID_CONFIG when there is no such file; what is wrong
 * inside one goes to `problems` with its place.
 */
export function readSource(path: string, problems: Problems): Source {
  const name = displayPath(path);
  const bytes = readBytes(path, name);
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes)) {
    const like = /^(\xFF\xFE|\xFE\xFF)/.test(bytes.toString('latin1')) ? 'UTF-16' : 'another encoding';
    problems.add(
      markAt(name, text, firstInvalid(bytes, text)),
      '',
      `not UTF-8; it looks like ${like} (allowed: UTF-8)`,
    );
  }
  const control = text.search(forbidden);
  if (control >= 0) {
    const code = text.charCodeAt(control).toString(16).toUpperCase().padStart(4, '0');
    problems.add(markAt(name, text, control), '', `the control character U+${code} (allowed: text as UTF-8)`);
  }
  problems.throwIfAny();
  return { name, text: text.replace(/^\uFEFF/, '') };
}

function readBytes(path: string, name: string): Buffer {
  checkFile(path);
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= maxBytes) return bytes;
    throw tooLarge(name, bytes.length);
  } catch (error) {
    throw isTestbedError(error) ? error : invalid(`${name}: cannot be read: ${messageOf(error)}`);
  }
}

/** INVALID_CONFIG unless there is a file of reasonable size; a device or a pipe might never end. */
export function checkFile(path: string): void {
  const name = displayPath(path);
  let found: Stats | undefined;
  try {
    found = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw invalid(`${name}: cannot be read: ${messageOf(error)}`);
  }
  if (found === undefined) throw invalid(`${name}: no such file`);
  if (!found.isFile()) throw invalid(`${name}: not a file`);
  if (found.size > maxBytes) throw tooLarge(name, found.size);
}

function tooLarge(name: string, bytes: number): TestbedError {
  return invalid(`${name}:1:1: the file has ${bytes} bytes (allowed: at most ${maxBytes})`);
}

/** Where decoding first had to put a replacement character that the bytes do not contain. */
function firstInvalid(bytes: Buffer, text: string): number {
  for (let index = text.indexOf('\uFFFD'); index >= 0; index = text.indexOf('\uFFFD', index + 1)) {
    const offset = Buffer.byteLength(text.slice(0, index));
    if (bytes.subarray(offset, offset + 3).toString('hex') !== 'efbfbd') return index;
  }
  return 0;
}

function markAt(file: string, text: string, index: number): Mark {
  const lines = text
    .slice(0, index)
    .replace(/^\uFEFF/, '')
    .split('\n');
  return { file, line: lines.length, column: (lines.at(-1) as string).length + 1 };
}
