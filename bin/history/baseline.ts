import { TestbedError } from '../../core/error.ts';
import { configurationHash } from '../../reports/configuration.ts';
import type { ResultSet } from '../../reports/result-set.ts';

/** What is known of a saved result without reading its records. */
export interface BaselineFacts {
  readonly name: string;
  /** ISO 8601. */
  readonly savedAt: string;
  /** That the result was played on; null outside a repository. */
  readonly commit: string | null;
  /** Of the working directory when it was saved; null outside a repository, and where no branch was checked out. */
  readonly branch: string | null;
  /** Of the machine. */
  readonly fingerprint: string;
  /** Of all that was played. */
  readonly configuration: string;
}

/** A result that was saved under a name, whole. */
export interface Baseline extends BaselineFacts {
  readonly result: ResultSet;
}

/** A name may be a file's and an argument's: no blank, no slash, nothing that begins with a dash or a dot. */
export function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return;
  const allowed = 'up to 64 of letters, digits, ".", "_" and "-", a letter or digit first';
  throw wrong(`${JSON.stringify(name)} is no name for a baseline (allowed: ${allowed})`);
}

/**
 * A result as it can be saved. INVALID_CONFIG for one that contradicts itself, left no record, or was not all played on
 * one machine and one commit: it would be no reference for anything.
 */
export function baselineOf(
  result: ResultSet,
  { name, savedAt, branch }: Pick<BaselineFacts, 'name' | 'savedAt' | 'branch'>,
): Baseline {
  checkName(name);
  const { directory, doubts } = result;
  const records = result.records.filter((record) => record !== null);
  if (doubts.length > 0) throw wrong(`${directory} contradicts itself: ${doubts[0]}`);
  if (records.length === 0) throw wrong(`${directory}: not one of its cells left a record`);
  const one = (field: 'fingerprint' | 'commit', what: string): string | null => {
    const [first, ...others] = new Set(records.map(({ environment }) => environment[field] ?? null));
    if (others.length > 0) throw wrong(`${directory}: its cells were played on several ${what}`);
    return typeof first === 'string' ? first : null;
  };
  const fingerprint = one('fingerprint', 'machines');
  if (fingerprint === null)
    throw wrong(`${directory}: its records do not say on which machine they were played`);
  const configuration = configurationHash(records);
  return { name, savedAt, branch, commit: one('commit', 'commits'), fingerprint, configuration, result };
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
