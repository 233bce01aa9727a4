/** The process of one worker of a load: it plays its part of it, on a stack or through a gateway. Talks to the cell by IPC. */
import { Layers } from '../adapters/layers/index.ts';
import { loadStorage } from '../adapters/table.ts';
import { openWorker } from '../scenarios/workers/open-worker.ts';
import { serveWorker } from '../scenarios/workers/serve.ts';
import { loadStack } from './modules/load-stack.ts';

serveWorker(
  openWorker(async ({ cell: { stack, scenario } }) => {
    const { bus, storage, assemble } = await loadStack(stack);
    const { layers } = scenario;
    const hot = layers?.hot ? await loadStorage(layers.hot.store) : null;
    return { bus, storage, assemble, ...(layers && { layers: new Layers(layers, { bus, storage, hot }) }) };
  }),
);
