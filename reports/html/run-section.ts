import { durationText } from '../formats/number-text.ts';
import type { Run } from '../formats/sheet.ts';
import { element, escaped, joined, type Markup, markup } from '../plots/svg.ts';
import type { CheckResult, FaultRecord, RunRecord } from '../record.ts';
import { badge } from './badge.ts';
import { cell, codeOf, folded, listOf, tableOf } from './parts.ts';
import { runPictures } from './pictures.ts';

/** One run for whoever wants to see it: its time, its faults, its checks with what they found, and where its record is. `runs`: on the page. */
export function runSection(run: Run, runs: number): Markup {
  const { cell: one, record } = run;
  const title = `${one.stack}, run ${one.iteration}: seed ${one.seed}`;
  if (record === null)
    return folded(title, [
      element('p', {}, badge(one.verdict), escaped(` ${one.reason ?? 'left no record'}`)),
    ]);
  return folded(title, [
    element('p', { class: 'facts' }, provenanceOf(run, record)),
    element('div', { class: 'plots' }, runPictures(run, runs)),
    ...(record.faults.length === 0 ? [] : [faultsOf(record.faults)]),
    ...(record.checks.length === 0 ? [] : [checksOf(record.checks)]),
  ]);
}

function provenanceOf({ cell: one }: Run, record: RunRecord): Markup {
  const words = `started ${record.startedAt}, ${durationText(record.durationMs)}, durability ${record.durability}, record `;
  const digest = record.key === undefined ? '' : `, configuration ${record.key}`;
  const files = record.files.length === 0 ? '' : `, beside it ${record.files.join(', ')}`;
  return joined([escaped(words), codeOf(one.record ?? ''), escaped(`${files}${digest}`)]);
}

function faultsOf(faults: readonly FaultRecord[]): Markup {
  const time = (ms: number | null): string => (ms === null ? 'never seen' : `${Math.round(ms)} ms`);
  const rows = faults.map(({ fault, on, confirmedAtMs, injectedAtMs, healedAtMs, verifiedAtMs }) => [
    cell(`${fault} on ${on}`),
    ...[injectedAtMs, confirmedAtMs, healedAtMs, verifiedAtMs].map((ms) => cell(time(ms))),
  ]);
  return tableOf(
    'Faults, from the start of the load',
    ['fault', 'injected', 'seen', 'healed', 'seen healed'],
    rows,
  );
}

const evidenceShown = 5;

function checksOf(checks: readonly CheckResult[]): Markup {
  const items = checks.map(({ check, verdict, detail, evidence }) =>
    joined([
      badge(verdict),
      escaped(` ${check}: ${detail}`),
      evidence.length === 0 ? markup('') : listOf(evidence.slice(0, evidenceShown).map(codeOf)),
    ]),
  );
  return joined([element('h4', {}, markup('Checks')), listOf(items)]);
}
