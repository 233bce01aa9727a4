import { loadScenarios } from '../../config/load-scenario.ts';
import { resolveStack } from '../../config/stacks.ts';
import { isTestbedError, TestbedError } from '../../core/error.ts';
import { checkAdapterOptions } from '../check-options.ts';
import type { Command } from '../command.ts';
import { withoutSecrets } from '../given-servers.ts';
import { inspectStacks } from '../modules/inspected.ts';
import { withoutScenarioSecrets } from '../scenario-secrets.ts';

export const validate: Command = {
  name: 'validate',
  usage: 'FILE...',
  what: 'Reads scenario files (or shipped scenarios by name) and says what is wrong with them; starts nothing.',
  positional: { least: 1, most: 1000 },
  flags: [
    {
      name: 'profile',
      value: 'NAME',
      allowed: ['quick', 'full'],
      what: 'which profile is resolved; default full',
    },
    {
      name: 'resolved',
      value: null,
      what: 'prints the scenario as it will be played, as JSON; a list where fields list several values',
    },
  ],
  examples: [
    [
      'testbed validate my.yaml',
      'one line for each problem: file, line, column, what is wrong, what is allowed',
    ],
    ['testbed validate stress --profile quick --resolved', 'what a shipped scenario comes to'],
  ],
  async run(flags) {
    let failed = false;
    for (const name of flags.positional) {
      try {
        const profile = flags.text('profile') === 'quick' ? 'quick' : 'full';
        const scenarios = loadScenarios(name, { profile, env: process.env }).map(withoutScenarioSecrets);
        const selected = scenarios.map((scenario) => ({
          scenario,
          stacks: scenario.stacks.map((stack) => resolveStack(stack)),
        }));
        const inspected = await inspectStacks(selected);
        for (const each of selected) await checkAdapterOptions(each, inspected, process.env);
        for (const stack of selected.flatMap(({ stacks }) => stacks)) refuseBroken(inspected.problem(stack));
        const [first, ...more] = scenarios;
        const several = more.length === 0 ? '' : `, ${scenarios.length} combinations of parameters`;
        process.stdout.write(
          flags.has('resolved')
            ? `${JSON.stringify(more.length === 0 ? first : scenarios, null, 2)}\n`
            : `${name}: ok (${first?.name}${several})\n`,
        );
      } catch (error) {
        if (!isTestbedError(error, 'INVALID_CONFIG')) throw error;
        failed = true;
        process.stderr.write(`testbed validate: ${withoutSecrets([error.message])}\n`);
      }
    }
    return failed ? 3 : 0;
  },
};

function refuseBroken(problem: string | null): void {
  if (problem !== null) throw new TestbedError('INVALID_CONFIG', problem);
}
