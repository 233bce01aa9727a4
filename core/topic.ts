import { TestbedError } from './error.ts';

/** What a message to, from or about one agent travels on. */
export type AgentTopicKind = 'commands' | 'events' | 'logs';

export function agentTopic(agentId: string, kind: AgentTopicKind): string {
  return `agent.${agentId}.${kind}`;
}

export function swarmTopic(swarmId: string): string {
  return `swarm.${swarmId}.broadcast`;
}

export function taskTopic(type: string): string {
  return `task.${type}.updates`;
}

export const alertsTopic = 'system.alerts';

const longest = 512;
const word = '[^\\s.*#]+';
const topicShape = new RegExp(`^${word}(\\.${word})*$`);
const patternShape = new RegExp(`^(#|(${word}|\\*)(\\.(${word}|\\*))*(\\.#)?)$`);

/** Throws INVALID_ARGUMENT unless it is words joined by dots, as ids that become part of a topic must be one word. */
export function assertTopic(topic: string): void {
  if (topic.length > longest || !topicShape.test(topic))
    throw new TestbedError('INVALID_ARGUMENT', `not a topic: ${JSON.stringify(topic)}`);
}

/**
 * A topic in which `*` stands for one word and a last `#` for all that follow, none included.
 * Throws INVALID_ARGUMENT when it is anything else.
 */
export function assertPattern(pattern: string): void {
  if (pattern.length > longest || !patternShape.test(pattern))
    throw new TestbedError(
      'INVALID_ARGUMENT',
      `not a topic pattern: ${JSON.stringify(pattern)} (words joined by dots, * for one word, a last # for the rest)`,
    );
}

/** Throws INVALID_ARGUMENT unless `id` can be one word of a topic. */
export function assertId(what: string, id: string): void {
  if (id.length === 0 || id.length > 200 || /[\s.*#]/.test(id))
    throw new TestbedError(
      'INVALID_ARGUMENT',
      `not ${what}: ${JSON.stringify(id)} (1 to 200 characters without spaces, dots, * and #)`,
    );
}

export function isPattern(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('#');
}
