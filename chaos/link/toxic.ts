import { TestbedError } from '../../core/error.ts';
import type { Directions } from './direction.ts';
import { toxicKinds } from './toxics/table.ts';
import type { AttributeRule, ToxicKind } from './toxics/toxic-kind.ts';

/** What a caller says of a toxic. */
export interface ToxicInput {
  /** Default: `TYPE_DIRECTION`. */
  readonly name?: string;
  readonly type: string;
  /** Default `down`: what the server answers. */
  readonly direction?: Directions;
  /** The chance that a connection is hit: drawn once for each. Default 1; with 0 it does nothing. */
  readonly toxicity?: number;
  readonly attributes?: { readonly [name: string]: unknown };
}

/** A toxic as resolved: every attribute of its type is there, and within its bounds. */
export interface Toxic {
  readonly name: string;
  readonly type: string;
  readonly direction: Directions;
  readonly toxicity: number;
  readonly attributes: { readonly [name: string]: number };
}

/** NOT_FOUND for a type that there is not, INVALID_ARGUMENT for anything else that is wrong. */
export function toToxic(input: ToxicInput): Toxic {
  const kind = kindOf(input.type);
  const { direction = 'down', toxicity = 1 } = input;
  if (!['up', 'down', 'both'].includes(direction))
    throw invalid(`direction ${direction} is not up, down or both`);
  if (!(toxicity >= 0 && toxicity <= 1)) throw invalid(`toxicity ${toxicity} is not from 0 to 1`);
  const name = input.name || `${kind.name}_${direction}`;
  return {
    name,
    type: kind.name,
    direction,
    toxicity,
    attributes: attributesOf(kind, input.attributes ?? {}),
  };
}

export function kindOf(type: string): ToxicKind {
  const kind = toxicKinds.find(({ name }) => name === type);
  if (kind !== undefined) return kind;
  const known = toxicKinds.map(({ name }) => name).join(', ');
  throw new TestbedError('NOT_FOUND', `there is no toxic "${type}" (allowed: ${known})`);
}

/** Attributes that the type does not have are passed over, as Toxiproxy does. */
function attributesOf(kind: ToxicKind, given: { readonly [name: string]: unknown }): Toxic['attributes'] {
  const rules = Object.entries<AttributeRule>(kind.attributes);
  return Object.fromEntries(
    rules.map(([name, rule]) => {
      const value = given[name] ?? rule.default;
      if (value === null) throw invalid(`${kind.name} needs ${name}`);
      if (typeof value === 'number' && value >= rule.min && value <= rule.max) return [name, value];
      throw invalid(
        `${kind.name}: ${name} ${String(value)} is not from ${rule.min} to ${rule.max} ${rule.unit}`,
      );
    }),
  );
}

function invalid(message: string): TestbedError {
  return new TestbedError('INVALID_ARGUMENT', message);
}
