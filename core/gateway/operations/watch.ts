import type { Clock } from '../../clock.ts';
import { TestbedError } from '../../error.ts';
import type { Orchestrator } from '../../orchestrator.ts';
import type { Operation } from '../operation.ts';
import { object, type Schema, text } from '../schemas.ts';

const answer: Schema = object({ status: text, node: text }, ['status', 'node']);
/** A store that has not answered by then is not there. */
const readyWithinMs = 2000;
/** No agent is called this: it is looked for in the store. */
const nobody = 'is-anybody-there';

/** How whatever watches a gateway asks. `draining` says whether it is being stopped. */
export function watchOperations(clock: Clock, draining: () => boolean): readonly Operation[] {
  return [
    {
      name: 'health',
      method: 'GET',
      route: '/health',
      what: 'Answers while the process lives',
      status: 200,
      answer,
      run: async ({ node }) => ({ status: 'ok', node }),
    },
    {
      name: 'ready',
      method: 'GET',
      route: '/ready',
      what: 'Answers when requests can be served: the storage answers, and the gateway is not being stopped',
      status: 200,
      answer,
      async run(orchestrator) {
        if (draining()) throw new TestbedError('CLOSED', 'the gateway is being stopped');
        await within(clock, orchestrator);
        return { status: 'ready', node: orchestrator.node };
      },
    },
  ];
}

async function within(clock: Clock, orchestrator: Orchestrator): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const message = `the storage has not answered within ${readyWithinMs} ms`;
  const cancel = clock.after(readyWithinMs, () => reject(new TestbedError('UNAVAILABLE', message)));
  try {
    await Promise.race([orchestrator.get(nobody), promise]);
  } finally {
    cancel();
  }
}
