import { didYouMean } from './did-you-mean.ts';
import { invalid, quote } from './invalid.ts';
import { readLists } from './shipped-lists.ts';

export interface Suite {
  readonly name: string;
  /** Names of shipped scenarios, in the order in which they are played. */
  readonly scenarios: readonly string[];
}

export function listSuites(): readonly Suite[] {
  return Object.entries(readLists('suites.yaml')).map(([name, scenarios]) => ({ name, scenarios }));
}

/** The scenarios of a suite. INVALID_CONFIG when there is none of that name. */
export function loadSuite(name: string): readonly string[] {
  const suites = listSuites();
  const suite = suites.find((known) => known.name === name);
  if (suite !== undefined) return suite.scenarios;
  const names = suites.map((known) => known.name);
  throw invalid(`unknown suite ${quote(name)}${didYouMean(name, names)} (allowed: ${names.join(', ')})`);
}
