/** The healthy twin of `unfenced`: the same machinery, and nothing wrong. */
import { assemble } from '../../bin/assemble.ts';
import type { CreateSystem } from '../../scenarios/system.ts';
import { decorateAgents } from './decorate.ts';

export const system: CreateSystem = ({ storage, ...parts }) =>
  assemble({ ...parts, storage: decorateAgents(storage, () => ({})) });
