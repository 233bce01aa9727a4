import type { FaultKind, FaultOption, FaultOptions } from '../chaos/fault.ts';
import { goesOn, type NemesisPlan } from '../chaos/nemesis.ts';
import { faultTable, findFault } from '../chaos/table.ts';
import { parseTarget, type TargetName, targetNames } from '../chaos/target-name.ts';
import type { FaultOrder } from '../chaos/timeline.ts';
import { messageOf } from '../core/error.ts';
import { didYouMean } from './did-you-mean.ts';
import { invalid, quote } from './invalid.ts';
import type { Problems } from './problems.ts';
import type { FaultFile, RandomFile } from './scenario-file.ts';
import { find, type MappingNode, nearestTo, type Path, pathText } from './tree.ts';
import { durationUnits, parseDuration, parseDurationRange, parseQuantity, parseSize } from './units.ts';

/** Fields that every fault has. */
const common = ['at', 'for', 'fault', 'on', 'direction', 'restart'];

/** The timeline of a document that the schema has accepted; what does not fit the fault table is added to the problems. */
export function resolveFaults(
  files: readonly FaultFile[],
  tree: MappingNode,
  problems: Problems,
): readonly FaultOrder[] {
  return files.flatMap((file, index) => {
    const report = (field: string | null, what: string): void => {
      const path: Path = field === null ? ['faults', index] : ['faults', index, field];
      const { node, at } = nearestTo(tree, path);
      problems.add(at, find(tree, path) === null ? pathText(path) : node.path, what);
    };
    return resolveFault(file, report) ?? [];
  });
}

/** What is left to chance; null when something is wrong with it. */
export function resolveRandom(
  { every, for: duration, from, on, at_most }: RandomFile,
  tree: MappingNode,
  afterMs: number,
  problems: Problems,
): NemesisPlan | null {
  const report = (path: Path, what: string): void => {
    const { node, at } = nearestTo(tree, ['random', ...path]);
    problems.add(at, node.path, what);
  };
  const targets = on.filter((name, index) => {
    const target = readTarget({ on: name, direction: 'both' }, (_field, what) => report(['on', index], what));
    return target !== null;
  });
  const drawn = from.flatMap((written, index) => {
    const file: { readonly [field: string]: unknown } =
      typeof written === 'string' ? { fault: written } : written;
    const kind = findFault(String(file['fault']));
    const here = (what: string): void => report(['from', index], what);
    if (kind === undefined) {
      const names = faultTable.map(({ name }) => name);
      here(
        `${quote(file['fault'])} is not a fault${didYouMean(String(file['fault']), names)} (allowed: ${names.join(', ')})`,
      );
      return [];
    }
    if (!targets.some((name) => goesOn(kind.name, name)))
      here(`${kind.name} goes on ${kind.targets.join(', ')}: on none of these targets`);
    return [{ fault: kind.name, options: resolveOptions(kind, file, (_field, what) => here(what)) }];
  });
  targets.forEach((name, index) => {
    if (!drawn.some(({ fault }) => goesOn(fault, name)))
      report(['on', index], `none of these faults goes on ${name}`);
  });
  if (drawn.length < from.length || targets.length < on.length) return null;
  return {
    afterMs,
    everyMs: parseDurationRange(every),
    forMs: parseDurationRange(duration),
    from: drawn,
    on,
    atMost: at_most,
  };
}

type Report = (field: string | null, what: string) => void;

function resolveFault(file: FaultFile, report: Report): FaultOrder | null {
  const kind = findFault(file.fault);
  const name = readTarget(file, report);
  if (kind === undefined || name === null) return null;
  checkTarget(kind, name, report);
  if (file.direction !== 'both' && name.kind !== 'link') report('direction', 'is for links');
  const options = resolveOptions(kind, { ...file }, report);
  return {
    atMs: parseDuration(file.at),
    forMs: durationOf(kind, file, report),
    fault: file.fault,
    on: file.on,
    direction: file.direction,
    options,
  };
}

function readTarget(
  { on, direction }: Pick<FaultFile, 'on' | 'direction'>,
  report: Report,
): TargetName | null {
  try {
    return parseTarget(on, direction);
  } catch (error) {
    report('on', messageOf(error).replace(' (allowed', `${didYouMean(on, targetNames)} (allowed`));
    return null;
  }
}

function checkTarget({ name, targets, methods }: FaultKind, target: TargetName, report: Report): void {
  if (!targets.includes(target.kind)) {
    const others = faultTable
      .filter((fault) => fault.targets.includes(target.kind))
      .map((fault) => fault.name);
    const may = others.length === 0 ? '' : `; on ${target.kind} there are ${others.join(', ')}`;
    report('on', `${name} goes on ${targets.join(', ')}, not on ${target.kind}${may}`);
  } else if (target.kind === 'calls' && methods !== undefined) {
    const plain = target.method?.split('.').at(-1);
    if (target.port !== 'bus' || (plain !== undefined && !methods.includes(plain)))
      report('on', `${name} goes on bus.calls, ${methods.map((method) => `bus.${method}`).join(', ')}`);
  }
}

function durationOf(kind: FaultKind, file: FaultFile, report: Report): number | null {
  const { restart } = file;
  if (restart !== undefined) {
    if (!kind.targets.includes('server')) report('restart', `${kind.name} ends no process`);
    else if (file.for !== undefined) report('restart', 'says the same as for: one of them');
    return parseDuration(restart.replace('after ', ''));
  }
  if (kind.momentary && file.for !== undefined)
    report('for', `${kind.name} is over as soon as it has happened`);
  return file.for === undefined ? null : parseDuration(file.for);
}

function resolveOptions(
  kind: FaultKind,
  file: { readonly [field: string]: unknown },
  report: Report,
): FaultOptions {
  const names = Object.keys(kind.options);
  for (const name of Object.keys(file)) {
    if (common.includes(name) || names.includes(name)) continue;
    const has = names.length === 0 ? 'it has none' : `allowed: ${names.join(', ')}`;
    report(name, `${kind.name} has no option ${quote(name)}${didYouMean(name, names)} (${has})`);
  }
  const options: { [name: string]: number | string } = {};
  for (const [name, option] of Object.entries(kind.options)) {
    const written = file[name] as string | number | undefined;
    try {
      const value = written === undefined ? option.default : readOption(written, option);
      if (value === null) report(name, `is missing: ${kind.name} needs it (${option.meaning})`);
      else options[name] = value;
    } catch (error) {
      report(name, messageOf(error));
    }
  }
  return options;
}

/** One option as it is written, as a number of ms, bytes or what it counts. */
function readOption(written: string | number, option: FaultOption): number | string {
  if (option.type === 'choice') {
    const word = String(written);
    if (option.values.includes(word)) return word;
    throw invalid(
      `${quote(word)} is not one of ${option.values.join(', ')}${didYouMean(word, option.values)}`,
    );
  }
  const value = readNumber(written, option.type);
  const { min, max } = option.type === 'share' ? { min: 0, max: 1 } : option;
  if (value >= min && value <= max && (option.type !== 'integer' || Number.isInteger(value))) return value;
  const unit = option.type === 'duration' ? ' ms' : option.type === 'size' ? ' B' : '';
  const whole = option.type === 'integer' ? 'a whole number ' : '';
  throw invalid(`must be ${whole}from ${min} to ${max}${unit} (got ${written})`);
}

function readNumber(written: string | number, type: Exclude<FaultOption['type'], 'choice'>): number {
  if (type === 'duration') return parseQuantity(String(written), 'a duration', durationUnits, '5s');
  if (type === 'size') return parseSize(String(written));
  if (typeof written === 'number') return written;
  throw invalid(`${quote(written)} is not a number`);
}
