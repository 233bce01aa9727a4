/** SVG and HTML as text. What is drawn twice from the same numbers is the same text, character by character. */

/** Markup that may stand in a document as it is: only `element`, `escaped` and `markup` make it. */
export type Markup = string & { readonly markup: unique symbol };

export type Attributes = { readonly [name: string]: string | number | null };

/** Text of others: nothing in it ends an element or an attribute, and nothing is a control character. */
export function escaped(text: string): Markup {
  return text
    .replaceAll(/[^\P{Cc}\n\t]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;') as Markup;
}

/** Text of ours, which says what it says: no text of others may get in here. */
export const markup = (text: string): Markup => text as Markup;

export const joined = (parts: readonly Markup[], between = ''): Markup => markup(parts.join(between));

/** Of HTML those that never have content, and of SVG those that here have none. */
const isVoid = new Set(['meta', 'br', 'hr']);
const isEmpty = new Set(['line', 'path', 'rect']);

/** `<name a="1">children</name>`; attributes that are null are left out, plain strings among the children are text. */
export function element(
  name: string,
  attributes: Attributes,
  ...children: readonly (Markup | readonly Markup[])[]
): Markup {
  const words = Object.entries(attributes).flatMap(([key, value]) =>
    value === null ? [] : [` ${key}="${escaped(typeof value === 'number' ? coordinate(value) : value)}"`],
  );
  const opening = `<${name}${words.join('')}`;
  const content = children.flat().join('');
  if (isVoid.has(name)) return markup(`${opening}>`);
  return markup(content === '' && isEmpty.has(name) ? `${opening}/>` : `${opening}>${content}</${name}>`);
}

/** A drawing that stands by itself: in a page, in a Markdown document, printed. `label` is what it says to who cannot see it. */
export function drawing(
  size: { readonly width: number; readonly height: number },
  label: string,
  attributes: Attributes,
  ...children: readonly (Markup | readonly Markup[])[]
): Markup {
  const { width, height } = size;
  const about = { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': label };
  return element('svg', { xmlns: 'http://www.w3.org/2000/svg', ...about, ...attributes }, ...children);
}

/** A tenth of a pixel is all that can be seen. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}
