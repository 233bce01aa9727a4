import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, TestbedError } from '../../core/error.ts';
import type { IndexCell, ResultIndex } from '../../reports/record.ts';
import { writeWhole } from '../../reports/whole-file.ts';
import type { Environment } from '../../scenarios/run/environment.ts';
import type { GivenAddresses } from '../../scenarios/run/provision.ts';
import type { Cell, Scenario } from '../../scenarios/scenario.ts';
import { withoutSecrets } from '../given-servers.ts';
import type { Inspected } from '../modules/inspected.ts';
import { identityOf } from '../run-cells.ts';
import { withoutScenarioSecrets } from '../scenario-secrets.ts';
import { version } from '../version.ts';

type Facts = { readonly [name: string]: unknown };

/** `plan.json` of a results folder: what was to be played, written before anything is. */
export interface PlanFile extends Pick<ResultIndex, 'kind' | 'reference' | 'gate' | 'seed' | 'startedAt'> {
  readonly schemaVersion: 1;
  readonly testbed: string;
  /** The command line as words, without what says where results and servers are. */
  readonly words: readonly string[];
  /** What numbers of another machine or runtime would differ by. */
  readonly machine: Facts;
  /** Digests of the addresses of servers that somebody else runs, by kind. */
  readonly given: { readonly [kind: string]: string };
  /** As resolved, by digest. */
  readonly scenarios: { readonly [digest: string]: Facts };
  readonly cells: readonly PlannedCell[];
}

export interface PlannedCell
  extends Pick<IndexCell, 'scenario' | 'parameters' | 'stack' | 'iteration' | 'seed'> {
  /** The digest of its scenario. */
  readonly content: string;
  /** Hashes of the modules that its stack names, by name; absent for one that could not be used. */
  readonly modules: { readonly [name: string]: string };
  /** Of all that its numbers depend on; its record has the same. */
  readonly key: string;
}

export interface PlanParts extends Pick<PlanFile, 'seed' | 'startedAt' | 'words'> {
  readonly purpose: Pick<ResultIndex, 'kind' | 'reference' | 'gate'> | undefined;
  readonly cells: readonly Cell[];
  readonly environment: Environment;
  readonly given: GivenAddresses;
  readonly inspected: Inspected;
}

/** The plan, and the key of any cell that is played by it: a search decides only later which these are. */
export function planOf({ cells, environment, given, inspected, purpose, ...rest }: PlanParts): {
  readonly plan: PlanFile;
  readonly keyOf: (cell: Cell) => string;
} {
  const { commit: _, ci: __, ...machine } = environment;
  const addresses = Object.entries(given).map(([kind, { url }]) => [kind, digest(withoutSecrets([url]))]);
  const shared = { testbed: version(), machine, given: Object.fromEntries(addresses) };
  const scenarios: { [digest: string]: Facts } = {};
  const planned = (cell: Cell): PlannedCell => {
    const content = digest(contentOf(cell.scenario));
    const known = inspected.facts(cell.stack)?.modules ?? [];
    const modules = Object.fromEntries(known.map(({ name, hash }) => [name, hash]));
    const own = { ...identityOf(cell), content, modules };
    return { ...own, key: digest({ ...own, ...shared }) };
  };
  const listed = cells.map(planned);
  for (const [at, { content }] of listed.entries())
    scenarios[content] ??= contentOf((cells[at] as Cell).scenario);
  const plan: PlanFile = { schemaVersion: 1, ...shared, ...purpose, ...rest, scenarios, cells: listed };
  return { plan, keyOf: (cell) => planned(cell).key };
}

/** What a cell plays of a scenario: not where it was read from, nor on what else it is played, nor how that is judged. */
function contentOf(scenario: Scenario): Facts {
  const { source: _, stacks: __, gate: ___, ...content } = withoutScenarioSecrets(scenario);
  return content;
}

function digest(content: unknown): string {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

export async function writePlan(folder: string, plan: PlanFile): Promise<void> {
  await writeWhole(join(folder, 'plan.json'), `${JSON.stringify(plan, null, 1)}\n`);
}

/** INVALID_CONFIG when the folder is none that a run was begun in. */
export function readPlan(folder: string): PlanFile {
  const path = join(folder, 'plan.json');
  try {
    const plan = JSON.parse(readFileSync(path, 'utf8')) as Partial<PlanFile> | null;
    if (plan?.schemaVersion === 1 && Array.isArray(plan.cells) && Array.isArray(plan.words))
      return plan as PlanFile;
  } catch (cause) {
    const absent = ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '');
    const why = absent ? 'not there: no run was begun in this folder' : `cannot be read: ${messageOf(cause)}`;
    throw new TestbedError('INVALID_CONFIG', `${path}: ${why}`, { cause });
  }
  throw new TestbedError('INVALID_CONFIG', `${path}: is no plan of a run`);
}
