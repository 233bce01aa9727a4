import type { ErrorObject } from 'ajv';
import { didYouMean } from './did-you-mean.ts';
import { quote } from './invalid.ts';
import type { Problems } from './problems.ts';
import { find, joinPath, type MappingNode, nearestTo, type Path, pathText } from './tree.ts';

/** The schema around an error, as far as messages use it. */
interface Around {
  readonly title?: string;
  readonly properties?: { readonly [key: string]: unknown };
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What says most about a value comes first: one place shows one problem. */
const telling = ['x-unit', 'x-between', 'additionalProperties', 'required', 'enum', 'type'];

/** Adds what the schema found, each at its place in the document and in words for a person. */
export function reportSchemaErrors(
  errors: readonly ErrorObject[],
  tree: MappingNode,
  problems: Problems,
): void {
  const rank = ({ keyword }: ErrorObject): number =>
    (telling.indexOf(keyword) + telling.length + 1) % (telling.length + 1);
  // What a branch says of a value says it all; that there is a branch helps nobody.
  const said = errors.filter(({ keyword }) => keyword !== 'if');
  for (const error of said.sort((a, b) => rank(a) - rank(b))) {
    const path = pathOf(error.instancePath);
    if (error.keyword === 'additionalProperties') reportUnknownKey(error, path, tree, problems);
    else if (error.keyword === 'required') {
      const { node, at } = nearestTo(tree, path);
      const missing = String(error.params['missingProperty']);
      problems.add(at, joinPath(node.path, missing), `is missing`);
    } else {
      const { node, at } = nearestTo(tree, path);
      const variables =
        node.kind === 'scalar' && node.variables.length > 0
          ? `; from ${node.variables.map((name) => `\${${name}}`).join(', ')}`
          : '';
      problems.add(at, node.path || pathText(path), `${sentence(error)}${variables}`);
    }
  }
}

function reportUnknownKey(error: ErrorObject, path: Path, tree: MappingNode, problems: Problems): void {
  const key = String(error.params['additionalProperty']);
  const known = Object.keys(((error.parentSchema ?? {}) as Around).properties ?? {});
  const mapping = find(tree, path)?.node;
  const entry = mapping?.kind === 'mapping' ? mapping.entries.get(key) : undefined;
  if (entry === undefined) return;
  problems.add(
    entry.keyAt,
    entry.value.path,
    `unknown key ${quote(key)}${didYouMean(key, known)} (allowed: ${known.join(', ')})`,
  );
}

function sentence({ keyword, message, params, data, parentSchema }: ErrorObject): string {
  const { title = 'something else', minimum, maximum } = (parentSchema ?? {}) as Around;
  switch (keyword) {
    case 'x-unit':
    case 'x-between':
      return String(message);
    case 'enum': {
      const allowed = (params['allowedValues'] as readonly unknown[]).map(String);
      return `${quote(data)} is not ${title}${typeof data === 'string' ? didYouMean(data, allowed) : ''} (allowed: ${allowed.join(', ')})`;
    }
    case 'minimum':
    case 'maximum':
      return `must be from ${minimum} to ${maximum} (got ${String(data)})`;
    case 'minItems':
    case 'minProperties':
    case 'minLength':
      return `is empty (allowed: ${title})`;
    case 'maxItems':
    case 'maxLength':
      return `is too long (allowed: at most ${String(params['limit'])})`;
    case 'uniqueItems':
      return `items ${Math.min(params['i'], params['j'])} and ${Math.max(params['i'], params['j'])} are the same`;
    case 'type':
      return data === null ? `is empty (allowed: ${title})` : `${quote(data)} is not ${title}`;
    default:
      return `${quote(data)} is not ${title}`;
  }
}

/** A JSON pointer as steps; whatever is a number is taken as one, since `find` looks up either. */
function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^[0-9]+$/.test(step) ? Number(step) : step));
}
