import type { Scenario } from '../scenarios/scenario.ts';
import { withoutTargetSecrets } from '../scenarios/target/target.ts';

/** A scenario as it may be written down: without what lets somebody into its target. */
export function withoutScenarioSecrets(scenario: Scenario): Scenario {
  const { target } = scenario;
  return target === undefined ? scenario : { ...scenario, target: withoutTargetSecrets(target) };
}
