/** A step into a JSON document: a member's name or an element's index. */
export type Step = string | number;

/** `metrics.spawn_ms.avg`, `cells[0].record`, `metrics["spawn_ms{phase:after}"]`. */
export function pathText(steps: readonly Step[]): string {
  return steps
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** `12:5`, counted from 1, of an offset into `text`. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return `${before.split('\n').length}:${offset - lineStart + 1}`;
}

/**
 * Where the value under `steps` begins in a *valid* JSON text; as far as the steps lead when the last ones do not exist.
 * Of members named twice the last is meant, as JSON.parse does.
 */
export function offsetOf(text: string, steps: readonly Step[]): number {
  let at = skipSpace(text, 0);
  for (const step of steps) {
    const next = enter(text, at, step);
    if (next === null) return at;
    at = next;
  }
  return at;
}

function enter(text: string, start: number, step: Step): number | null {
  const open = text[start];
  if (open !== '{' && open !== '[') return null;
  let found: number | null = null;
  let at = skipSpace(text, start + 1);
  for (let index = 0; text[at] !== '}' && text[at] !== ']' && at < text.length; index++) {
    let key: Step = index;
    if (open === '{') {
      const end = skipValue(text, at);
      key = JSON.parse(text.slice(at, end)) as string;
      at = skipSpace(text, skipSpace(text, end) + 1);
    }
    if (key === step) {
      found = at;
      if (open === '[') return found;
    }
    at = skipSpace(text, skipValue(text, at));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return found;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (' \n\r\t'.includes(text[at] ?? 'x')) at++;
  return at;
}

/** The offset just after the value that begins at `from`. Iterative: depth costs no stack. */
function skipValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  do {
    const character = text[at];
    if (character === '"') at = skipString(text, at);
    else {
      if (character === '{' || character === '[') depth++;
      else if (character === '}' || character === ']') depth--;
      at++;
      if (depth === 0 && !isClosing(character)) {
        while (at < text.length && !' \n\r\t,:]}'.includes(text[at] as string)) at++;
      }
    }
  } while (depth > 0 && at < text.length);
  return at;
}

function isClosing(character: string | undefined): boolean {
  return character === '}' || character === ']';
}

function skipString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
