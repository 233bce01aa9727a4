/** The second process of the conformance tests: opens the adapter it is told of, and does what it is asked. */
import type { Bus, Handler, SubscribeOptions } from '../../core/bus.ts';
import { isTestbedError, messageOf } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Storage } from '../../core/storage.ts';
import type { Adapter, Connection, Traits } from '../adapter.ts';
import type { PeerAnswer, PeerCall, PeerOrder } from './peer.ts';

type Methods = { readonly [method: string]: (...parameters: never[]) => Promise<unknown> };

function tell(answer: PeerAnswer): void {
  if (process.connected) process.send?.(answer);
}

function busMethods(bus: Bus): Methods {
  return {
    publish: (channel: string, messages: readonly Message[]) => bus.publish(channel, messages),
    /** `hold`: the handler reports what it was given and never answers. */
    async subscribe(channel: string, options: SubscribeOptions, hold: boolean) {
      const handler: Handler = (messages) => {
        tell({ delivered: messages });
        return hold ? new Promise(() => {}) : undefined;
      };
      await bus.subscribe(channel, options, handler);
    },
  };
}

function storageMethods(storage: Storage): Methods {
  const methods: { [method: string]: Methods[string] } = {};
  for (const [part, repository] of Object.entries(storage) as [string, Methods][]) {
    for (const [name, method] of Object.entries(repository)) methods[`${part}.${name}`] = method;
  }
  return methods;
}

async function answer(methods: Methods, { call, method, parameters }: PeerCall): Promise<void> {
  try {
    const result = await (methods[method] as (...parameters: unknown[]) => Promise<unknown>)(...parameters);
    tell({ call, result });
  } catch (error) {
    tell({ call, code: isTestbedError(error) ? error.code : null, message: messageOf(error) });
  }
}

async function main(order: PeerOrder): Promise<void> {
  const loaded = (await import(order.module.url)) as { [name: string]: Adapter<unknown, Traits> };
  const adapter = loaded[order.module.name];
  if (adapter === undefined) throw new Error(`${order.module.url} exports no ${order.module.name}`);
  const connection: Connection<unknown> = await adapter.open(order.place, order.address);
  const methods: Methods = {
    ...(order.kind === 'bus'
      ? busMethods(connection.port as Bus)
      : storageMethods(connection.port as Storage)),
    close: () => connection.close(),
  };
  process.on('message', (call: PeerCall) => void answer(methods, call));
  tell({ ready: true });
}

process.on('disconnect', () => process.exit());
try {
  await main(JSON.parse(process.argv[2] as string) as PeerOrder);
} catch (error) {
  tell({ call: null, code: null, message: messageOf(error) });
}
