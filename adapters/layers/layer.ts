import type { Connection } from '../adapter.ts';

/** A port over a port: the same contract, and what it has to say of itself and of what it has done so far. */
export interface Layer<Port> {
  readonly port: Port;
  facts(): Connection<Port>['facts'];
}
