import { join } from 'node:path';
import type { PhaseRecord } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import { durationText, plainText } from './number-text.ts';
import type { Sheet } from './sheet.ts';

/** What a reader has to know before the first number, as short facts in a fixed order. */
export function headOf({ sample, parameters, durability }: Sheet, result: ResultSet): readonly string[] {
  const { index, directory } = result;
  const facts: string[] = [];
  if (sample !== null) {
    const { workload, phases, environment, generator } = sample;
    const agents = workload['agents'];
    const subscribers = countOf(workload['subscribers']);
    if (typeof agents === 'number') facts.push(counted(agents, 'agent'));
    if (subscribers !== null) facts.push(counted(subscribers, 'subscriber'));
    const origin = (environment['target'] as { readonly origin?: unknown } | undefined)?.origin;
    if (typeof origin === 'string') facts.push(`target ${origin}`);
    facts.push(phasesText(phases));
    if (typeof generator['model'] === 'string') facts.push(`load ${generator['model']}`);
    facts.push(`seed ${index.seed}`);
    if (index.profile !== undefined) facts.push(`profile ${index.profile}`);
    if (typeof environment['node'] === 'string') facts.push(`Node ${majorMinor(environment['node'])}`);
    if (typeof environment['cores'] === 'number') facts.push(counted(environment['cores'], 'core'));
    if (typeof origin !== 'string') facts.push(`durability ${durability.join(' / ')}`);
    if (sample.replicas !== undefined && !Object.hasOwn(sample.parameters, 'replicas'))
      facts.push(counted(sample.replicas, 'replica'));
  } else facts.push(`seed ${index.seed}`);
  for (const [name, value] of Object.entries(parameters)) facts.push(`${name} = ${JSON.stringify(value)}`);
  facts.push(folderText(directory));
  return facts.filter((fact) => fact !== '').map(plainText);
}

/** `results/2026-11-24T09-12-07-stress/` */
export function folderText(directory: string): string {
  return plainText(join(directory, '/'));
}

/** The count of subscribers, given as a number or with more beside it. */
function countOf(subscribers: unknown): number | null {
  const count = (subscribers as { count?: unknown } | null | undefined)?.count ?? subscribers;
  return typeof count === 'number' ? count : null;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function phasesText(phases: readonly PhaseRecord[]): string {
  return phases
    .filter(({ warmup }) => !warmup)
    .map(({ name, fromMs, toMs }) => `${name} ${durationText(toMs - fromMs)}`)
    .join(', ');
}

function majorMinor(version: string): string {
  return version.replace(/^v/, '').split('.').slice(0, 2).join('.');
}
