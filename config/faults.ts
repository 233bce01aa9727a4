import type { FaultKind, FaultOption, FaultOptions } from '../chaos/fault.ts';
import { faultTable, findFault } from '../chaos/table.ts';
import { parseTarget, type TargetName, targetNames } from '../chaos/target.ts';
import { type FaultOrder, findConflict } from '../chaos/timeline.ts';
import { messageOf } from '../core/error.ts';
import type { Workload } from '../scenarios/scenario.ts';
import { didYouMean } from './did-you-mean.ts';
import { invalid, quote } from './invalid.ts';
import type { Problems } from './problems.ts';
import type { FaultFile } from './scenario-file.ts';
import { resolveStack } from './stacks.ts';
import { find, type MappingNode, nearestTo, type Path, pathText } from './tree.ts';
import { durationUnits, parseDuration, parseQuantity, parseSize } from './units.ts';

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

type Report = (field: string | null, what: string) => void;

function resolveFault(file: FaultFile, report: Report): FaultOrder | null {
  const kind = findFault(file.fault);
  const name = readTarget(file, report);
  if (kind === undefined || name === null) return null;
  checkTarget(kind, name, report);
  if (file.direction !== 'both' && name.kind !== 'link') report('direction', 'is for links');
  const options = resolveOptions(kind, file, report);
  return {
    atMs: parseDuration(file.at),
    forMs: durationOf(kind, file, report),
    fault: file.fault,
    on: file.on,
    direction: file.direction,
    options,
  };
}

function readTarget({ on, direction }: FaultFile, report: Report): TargetName | null {
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

function resolveOptions(kind: FaultKind, file: FaultFile, report: Report): FaultOptions {
  const names = Object.keys(kind.options);
  for (const name of Object.keys(file)) {
    if (common.includes(name) || names.includes(name)) continue;
    const has = names.length === 0 ? 'it has none' : `allowed: ${names.join(', ')}`;
    report(name, `${kind.name} has no option ${quote(name)}${didYouMean(name, names)} (${has})`);
  }
  const options: { [name: string]: number | string } = {};
  for (const [name, option] of Object.entries(kind.options)) {
    const written = (file as unknown as { readonly [name: string]: string | number | undefined })[name];
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

/** Whether the faults fit the load that they are to disturb, and each other. */
export function checkFaults(
  {
    faults,
    workload,
    stacks,
  }: {
    readonly faults: readonly FaultOrder[];
    readonly workload: Workload;
    readonly stacks: readonly string[];
  },
  report: (path: Path, what: string) => void,
): void {
  const measuredMs = workload.phases.reduce((sum, { warmup, forMs }) => sum + (warmup ? 0 : forMs), 0);
  for (const [index, { atMs, forMs }] of faults.entries()) {
    const path: Path = ['faults', index];
    if (measuredMs > 0 && atMs >= measuredMs)
      report([...path, 'at'], `is not before the end of the measured time, ${measuredMs} ms`);
    else if (measuredMs > 0 && atMs + (forMs ?? 0) > measuredMs)
      report([...path, 'for'], `lasts beyond the end of the measured time, ${measuredMs} ms`);
  }
  const oneServer = stacks.some((name) => isOneServer(name));
  const conflict = findConflict(faults, false) ?? (oneServer ? findConflict(faults, true) : null);
  if (conflict === null) return;
  const { first, second } = conflict;
  report(
    ['faults', faults.indexOf(second), 'at'],
    `${second.fault} on ${second.on} begins while ${first.fault} on ${first.on} is in force (from ${first.atMs} ms): these cannot overlap on one target`,
  );
}

/** A stack that cannot be resolved is reported where stacks are. */
function isOneServer(name: string): boolean {
  try {
    const { bus, storage } = resolveStack(name);
    return bus.replace(/-.*/, '') === storage;
  } catch {
    return false;
  }
}
