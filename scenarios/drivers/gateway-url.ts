import { TestbedError } from '../../core/error.ts';

/** What a node says of itself, by part. */
export type Facts = { readonly [part: string]: { readonly [name: string]: string | number | boolean } };

/** Where the gateway that a node has is reached. UNAVAILABLE when it has none. */
export function gatewayUrlOf(facts: Facts): string {
  const url = facts['gateway']?.['url'];
  if (typeof url !== 'string') throw new TestbedError('UNAVAILABLE', 'the node says of no gateway');
  return url;
}
