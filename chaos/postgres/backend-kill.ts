import type { FaultKind } from '../fault.ts';
import { needsProc } from '../process/ending.ts';
import { readProcess } from '../process/proc.ts';
import { answers, askPostgres, othersOf, postgresOf } from './ask.ts';

export const postgresBackendKill: FaultKind = {
  name: 'postgres-backend-kill',
  meaning: 'One backend is killed (SIGKILL): Postgres then drops every connection and recovers from its log.',
  targets: ['server'],
  technology: 'postgres',
  momentary: true,
  options: {},
  unsupported: needsProc,
  prepare(target, _options, { random }) {
    const server = postgresOf(target);
    let victim: { readonly pid: number; readonly birth: string } | null = null;
    let bystanders: readonly number[] = [];
    return {
      undo: [],
      async inject() {
        const pids = await askPostgres(server, othersOf);
        if (pids.length === 0) return;
        const pid = random.pick(pids);
        const birth = readProcess(pid)?.birth;
        if (birth === undefined) return;
        victim = { pid, birth };
        bystanders = pids.filter((other) => other !== pid);
        process.kill(pid, 'SIGKILL');
      },
      heal: async () => undefined,
      // The others go with it, which is what makes it worse than a connection that ends.
      inForce: () =>
        victim !== null &&
        readProcess(victim.pid)?.birth !== victim.birth &&
        bystanders.every((pid) => readProcess(pid) === null),
      healed: () => answers(server),
    };
  },
};
