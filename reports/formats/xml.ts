/** An element with attributes, around what is XML already: lines of their own, but for text alone. */
export function element(
  name: string,
  attributes: { readonly [name: string]: string | number },
  inside: readonly string[],
): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${inertXml(String(value))}"`);
  const open = `<${name}${given.join('')}`;
  if (inside.length === 0) return `${open}/>`;
  const isText = !inside.some((part) => part.startsWith('<'));
  return isText ? `${open}>${inside.join('')}</${name}>` : `${open}>\n${inside.join('\n')}\n</${name}>`;
}

/** Text of others as text of an element or an attribute: nothing in it is markup, and nothing that XML cannot hold. */
export function inertXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replaceAll(/[&<>"\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
