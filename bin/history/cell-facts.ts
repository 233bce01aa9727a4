import { configurationHash } from '../../reports/configuration.ts';
import type { RunRecord } from '../../reports/record.ts';
import { isDoubtful } from '../../reports/verdict.ts';
import { titleOf } from '../plan-text.ts';

/** What the store says of a record beside its numbers, so that a look over all of history need not unpack it. */
export interface CellFacts {
  /** The scenario with the values of its parameters. */
  readonly title: string;
  /** Of this cell alone: by it the cells of two results are known to be of one configuration. */
  readonly configuration: string;
  /** 1 where it says of itself that its numbers may not be what they seem. */
  readonly doubtful: 0 | 1;
}

export function cellFacts(record: RunRecord): CellFacts {
  const { scenario: name, parameters } = record;
  return {
    title: titleOf({ name, parameters }),
    configuration: configurationHash([record]),
    doubtful: isDoubtful(record) ? 1 : 0,
  };
}
