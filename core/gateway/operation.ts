import type { Json } from '../message.ts';
import type { Orchestrator } from '../orchestrator.ts';
import type { Schema } from './schemas.ts';

/** What one call brings: each part as its schema says, so it need not be looked at again. */
export interface Call {
  readonly path: { readonly [name: string]: string };
  readonly query: { readonly [name: string]: unknown };
  readonly body: unknown;
}

/**
 * One thing that can be asked of an orchestrator from outside. HTTP routes, the calls of a WebSocket and the OpenAPI
 * document are all made from the same table of these.
 */
export interface Operation {
  /** `operationId`, and what a WebSocket calls it by. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Parameters as `:name`. */
  readonly route: string;
  readonly what: string;
  /** Absent: there are none. */
  readonly path?: { readonly [name: string]: Schema };
  readonly query?: { readonly [name: string]: Schema };
  readonly body?: Schema;
  /** A body may be left out. */
  readonly bodyOptional?: boolean;
  readonly status: 200 | 201 | 202;
  readonly answer: Schema;
  run(orchestrator: Orchestrator, call: Call): Promise<unknown>;
}

/** As the schemas have let it in. */
export type Fields = { readonly [name: string]: Json | undefined };
