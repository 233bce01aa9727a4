import type { Agent } from '../agent.ts';
import type { AgentFilter } from '../storage.ts';
import type { Records } from './records.ts';

export type AgentRecords = Records<Agent, AgentFilter>;
