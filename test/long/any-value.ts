import type { Schema } from '../../core/gateway/schemas.ts';
import type { Random } from '../../core/random.ts';

/** What nobody expects anywhere. */
const oddities: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e300,
  '',
  ' ',
  '\u0000',
  '\ud83d\ude00',
  '../../etc/passwd',
  '*',
  '#',
  'a.b',
  '__proto__',
  'constructor',
  'x'.repeat(600),
  [],
  [[]],
  {},
  { constructor: { prototype: 1 } },
];

/** Ids that come up again and again, so that some of them exist. */
const ids = ['a', 'b', 'c', 'd'];

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(0, items.length - 1)] as T;
}

/** Something that the schema lets in, but for `oddness` of the places, which have what it need not. */
export function anyValue(schema: Schema, random: Random, oddness: number): unknown {
  if (random.next() < oddness) return pick(random, oddities);
  const { type, const: fixed, enum: choices } = schema;
  if (fixed !== undefined) return fixed;
  if (choices !== undefined) return pick(random, choices as readonly unknown[]);
  const [kind] = Array.isArray(type) ? (type as readonly string[]) : [type as string | undefined];
  if (kind === 'object') return anyObject(schema, random, oddness);
  if (kind === 'array') {
    const least = (schema['minItems'] as number | undefined) ?? 0;
    const length = random.integer(least, least + 2);
    return Array.from({ length }, () => anyValue(schema['items'] as Schema, random, oddness));
  }
  if (kind === 'integer' || kind === 'number') {
    const least = (schema['minimum'] as number | undefined) ?? 0;
    return random.integer(
      least,
      Math.min(least + 20, (schema['maximum'] as number | undefined) ?? least + 20),
    );
  }
  if (kind === 'boolean') return random.next() < 0.5;
  if (kind === 'string') return pick(random, ids);
  return pick(random, oddities);
}

function anyObject(schema: Schema, random: Random, oddness: number): unknown {
  const required = (schema['required'] ?? []) as readonly string[];
  const made: { [name: string]: unknown } = {};
  for (const [name, property] of Object.entries((schema['properties'] ?? {}) as { [name: string]: Schema })) {
    const isThere = required.includes(name) ? random.next() >= oddness : random.next() < 0.5;
    if (isThere) made[name] = anyValue(property, random, oddness);
  }
  if (random.next() < oddness) made[String(pick(random, oddities))] = 1;
  return made;
}
