import { TestbedError } from '../error.ts';
import type { Orchestrator } from '../orchestrator.ts';
import type { Operation } from './operation.ts';
import { type Check, checkOf, checkText } from './validate.ts';

/** What came, before anybody has looked at it. */
export interface RawCall {
  readonly path: object;
  readonly query: object;
  readonly body: unknown;
}

/** An operation of one orchestrator: rejects with INVALID_ARGUMENT what its schemas do not let in. */
export interface BoundOperation {
  readonly operation: Operation;
  call(raw: RawCall): Promise<unknown>;
}

export function bindOperations(
  operations: readonly Operation[],
  orchestrator: Orchestrator,
): readonly BoundOperation[] {
  return operations.map((operation) => {
    const check = checkCall(operation);
    return {
      operation,
      async call(raw) {
        check(raw);
        const { path, query, body } = raw;
        return operation.run(orchestrator, {
          path: path as { readonly [name: string]: string },
          query: query as { readonly [name: string]: unknown },
          body,
        });
      },
    };
  });
}

function checkCall({ path, query = {}, body, bodyOptional = false }: Operation): (raw: RawCall) => void {
  const checkPath: Check | null = path === undefined ? null : checkText(path, 'path', Object.keys(path));
  const checkQuery = checkText(query, 'query');
  const checkBody: Check | null = body === undefined ? null : checkOf(body, 'body');
  return (raw) => {
    checkPath?.(raw.path);
    checkQuery(raw.query);
    if (checkBody === null) return;
    if (raw.body !== undefined) checkBody(raw.body);
    else if (!bodyOptional) throw new TestbedError('INVALID_ARGUMENT', 'the body is missing');
  };
}
