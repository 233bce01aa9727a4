import { isTestbedError, TestbedError } from '../../core/error.ts';
import type { Stack } from '../../scenarios/scenario.ts';
import type { Selected } from '../select.ts';
import { inspectStack, type StackFacts } from './inspect.ts';

/** What was found out of the stacks of a selection that name modules, by the names of the stacks. */
export interface Inspected {
  facts(stack: Stack): StackFacts | null;
  /** Why the stack cannot be played; null when nothing is known against it. */
  problem(stack: Stack): string | null;
}

/**
 * Looks at every stack that names modules. INVALID_CONFIG when not one stack of the selection is left that can be played;
 * as long as there is one, the others cost their own cells.
 */
export async function inspectStacks(selected: readonly Selected[]): Promise<Inspected> {
  const facts = new Map<string, StackFacts>();
  const problems = new Map<string, string>();
  const all = new Map(
    selected.flatMap((one) => one.stacks.map((stack) => [stack.name, { ...one, stack }] as const)),
  );
  for (const { stack, scenario } of all.values()) {
    if (stack.modules === undefined) continue;
    const printed = (text: string): void => {
      const [line = ''] = text.split('\n');
      process.stderr.write(
        `testbed: ${stack.name}: its modules print, which is kept out of the results: ${line}\n`,
      );
    };
    try {
      facts.set(stack.name, await inspectStack(stack, scenario.workload, printed));
    } catch (error) {
      if (!isTestbedError(error, 'INVALID_CONFIG')) throw error;
      problems.set(stack.name, error.message);
    }
  }
  if (problems.size > 0 && problems.size === all.size) {
    throw new TestbedError('INVALID_CONFIG', [...new Set(problems.values())].join('\n'));
  }
  return {
    facts: ({ name }) => facts.get(name) ?? null,
    problem: ({ name }) => problems.get(name) ?? null,
  };
}
