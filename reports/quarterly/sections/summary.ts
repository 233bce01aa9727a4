import { judgedVerdicts } from '../../search/of-result.ts';
import { verdicts } from '../../verdict.ts';
import { type Datum, list, measured, type Section, type Sentence, table, text, words } from '../document.ts';
import {
  type Evidence,
  numberOf,
  type Played,
  sourceIn,
  stacksOf,
  subject,
  withoutProbesOf,
  workloadOf,
} from '../evidence.ts';
import { breakingPointOf, currentLimitOf, type Limit, limitsOf, reasonsOf } from '../limits.ts';
import type { KeyFinding, QuarterlyOptions } from '../options.ts';

/** What it all comes to, and the few numbers that matter most. */
export function summarySection(evidence: Evidence, { findings }: QuarterlyOptions): Section {
  const rows = findings.flatMap((finding) => findingRows(evidence, finding));
  const broke = limitsOf(evidence, 'agents').concat(limitsOf(evidence, 'events')).flatMap(reasonsOf);
  return {
    title: 'Executive summary',
    blocks: [
      text(...scopeOf(evidence)),
      table(
        'Key findings: what each stack takes, where it breaks, and what is wanted',
        ['metric', 'stack', 'current limit', 'breaking point', 'target'],
        rows,
      ),
      ...list(broke),
    ],
  };
}

function scopeOf(evidence: Evidence): Sentence {
  const { results, played } = evidence;
  const stacks = stacksOf(played);
  const scenarios = new Set(played.map(({ cell }) => cell.scenario));
  const counts = verdicts
    .map((verdict) => [
      verdict,
      results.flatMap((result) => judgedVerdicts(result)).filter((one) => one === verdict).length,
    ])
    .filter(([, count]) => count !== 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  const told = `${played.length} cells of ${scenarios.size} scenarios on ${stacks.length} stacks (${stacks.join(', ')}), a search counted as one answer: ${counts.join(', ') || 'nothing judged'}.`;
  return [
    measured(
      told,
      results.map((result) =>
        sourceIn(result, 'all cells', 'verdicts of the cells, and of searches their answers'),
      ),
    ),
  ];
}

/** Memory is told by idle agents as well, where a search says nothing of it: the most of them. */
function atLimit(evidence: Evidence, limit: Limit, finding: KeyFinding): Datum {
  const own = currentLimitOf(limit, finding);
  if (own.kind === 'measured' || finding.metric !== 'memory_per_agent_kb') return own;
  const idle = withoutProbesOf(evidence).filter(
    ({ cell }) => cell.scenario === 'agent-memory' && cell.stack === limit.stack,
  );
  const agentsOf = (one: Played): number => Number(workloadOf(one, 'agents'));
  const most = Math.max(...idle.map(agentsOf));
  return numberOf(
    idle.filter((one) => agentsOf(one) === most),
    subject(finding.metric),
  );
}

/** A row for each stack that was searched; one that says so where none was. */
function findingRows(evidence: Evidence, finding: KeyFinding): readonly (readonly Datum[])[] {
  const limits = limitsOf(evidence, finding.vary);
  const target = words(finding.target);
  if (limits.length === 0)
    return [
      [words(finding.name), words(''), currentLimitOf(null, finding), breakingPointOf(null, finding), target],
    ];
  return limits.map((limit) => [
    words(finding.name),
    words(limit.stack),
    atLimit(evidence, limit, finding),
    breakingPointOf(limit, finding),
    target,
  ]);
}
