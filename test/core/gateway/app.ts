import type { FastifyInstance } from 'fastify';
import { Admission } from '../../../core/gateway/admission.ts';
import { GatewayCounts } from '../../../core/gateway/counts.ts';
import { createHttp } from '../../../core/gateway/http.ts';
import { operations } from '../../../core/gateway/operations/table.ts';
import { watchOperations } from '../../../core/gateway/operations/watch.ts';
import { type GatewayOptions, resolveGatewayOptions } from '../../../core/gateway/options.ts';
import type { OrchestratorOptions } from '../../../core/options.ts';
import { type Stand, stand } from '../stand.ts';

export interface App extends Stand {
  readonly http: FastifyInstance;
  readonly counts: GatewayCounts;
  /** What was the gateway's own fault. */
  readonly faults: string[];
  draining: boolean;
  close(): Promise<void>;
}

/** The HTTP side of a gateway on ports of our own, which listens nowhere. */
export async function gatewayApp(
  options: GatewayOptions = {},
  orchestratorOptions: OrchestratorOptions = {},
): Promise<App> {
  const stood = await stand(orchestratorOptions);
  const { orchestrator, clock } = stood;
  const resolved = resolveGatewayOptions(options);
  const faults: string[] = [];
  const counts = new GatewayCounts();
  const app: { draining: boolean } = { draining: false };
  const http = createHttp({
    orchestrator,
    operations: [...operations, ...watchOperations(clock, () => app.draining)],
    admission: new Admission(resolved, clock),
    counts,
    limits: resolved.limits,
    about: { version: '1', guarded: resolved.token !== null },
    report: (error, doing) => faults.push(`${doing}: ${error}`),
  });
  const close = async (): Promise<void> => {
    await http.close();
    await orchestrator.close();
  };
  return Object.assign(app, { ...stood, http, counts, faults, close });
}
