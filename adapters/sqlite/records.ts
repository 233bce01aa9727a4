import type { Agent, AgentStatus } from '../../core/agent.ts';
import type { Json } from '../../core/message.ts';
import type { AgentFilter, SwarmFilter } from '../../core/storage.ts';
import type { Swarm, SwarmStatus, SwarmStrategy } from '../../core/swarm.ts';
import { jsonOf, textOf } from './encode.ts';
import type { RecordTable } from './repository.ts';

export const agentTable: RecordTable<Agent, keyof AgentFilter> = {
  name: 'agents',
  columns: ['status', 'attempt', 'created_at', 'updated_at', 'task', 'session', 'result', 'error', 'json'],
  steady: ['swarm_id', 'parent_id', 'owner'],
  filters: [
    ['parentId', 'parent_id'],
    ['swarmId', 'swarm_id'],
    ['owner', 'owner'],
    ['status', 'status'],
  ],
  encode(agent) {
    const task = textOf(agent.task);
    const session = textOf(agent.session);
    const result = textOf(agent.result);
    return [
      agent.status,
      agent.attempt,
      agent.createdAt,
      agent.updatedAt,
      task,
      session,
      result,
      agent.error,
      bit(task, agent.task, 1) | bit(session, agent.session, 2) | bit(result, agent.result, 4),
      agent.swarmId,
      agent.parentId,
      agent.owner,
    ];
  },
  decode(row) {
    const json = row[11] as number;
    return {
      id: row[1] as string,
      status: row[3] as AgentStatus,
      version: row[2] as number,
      swarmId: row[12] as string | null,
      parentId: row[13] as string | null,
      owner: row[14] as string | null,
      attempt: row[4] as number,
      createdAt: row[5] as number,
      updatedAt: row[6] as number,
      task: jsonOf(row[7] as string | null, (json & 1) !== 0),
      session: jsonOf(row[8] as string | null, (json & 2) !== 0),
      result: jsonOf(row[9] as string | null, (json & 4) !== 0),
      error: row[10] as string | null,
    };
  },
};

export const swarmTable: RecordTable<Swarm, keyof SwarmFilter> = {
  name: 'swarms',
  columns: ['status', 'strategy', 'size', 'created_at', 'updated_at', 'task', 'result', 'json'],
  steady: [],
  filters: [['status', 'status']],
  encode(swarm) {
    const task = textOf(swarm.task);
    const result = textOf(swarm.result);
    return [
      swarm.status,
      swarm.strategy,
      swarm.size,
      swarm.createdAt,
      swarm.updatedAt,
      task,
      result,
      bit(task, swarm.task, 1) | bit(result, swarm.result, 2),
    ];
  },
  decode(row) {
    const json = row[10] as number;
    return {
      id: row[1] as string,
      status: row[3] as SwarmStatus,
      version: row[2] as number,
      strategy: row[4] as SwarmStrategy,
      size: row[5] as number,
      createdAt: row[6] as number,
      updatedAt: row[7] as number,
      task: jsonOf(row[8] as string | null, (json & 1) !== 0),
      result: jsonOf(row[9] as string | null, (json & 2) !== 0),
    };
  },
};

/** `bit`, when the text stored for a value is not the value itself but JSON. */
function bit(text: string | null, value: Json, bit: number): number {
  return text === value ? 0 : bit;
}
