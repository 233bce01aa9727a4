import { loadScenarios, loadSuite } from '../../config/load-scenario.ts';
import { resolveStack } from '../../config/stacks.ts';
import type { Selected } from '../select.ts';

/** What the sections of a quarterly report are made from: all that ships but for the defences. */
const suites = ['seed', 'analyses', 'phases', 'limits', 'drills'];
const alone = ['soak', 'websocket-capacity', 'drill-takeover-killed', 'drill-takeover-stopped'];

export function quarterlySelection(profile: 'quick' | 'full', env: NodeJS.ProcessEnv): readonly Selected[] {
  const names = [...new Set([...suites.flatMap(loadSuite), ...alone])];
  return names
    .flatMap((name) => loadScenarios(name, { profile, env }))
    .map((scenario) => ({ scenario, stacks: scenario.stacks.map((stack) => resolveStack(stack)) }));
}
