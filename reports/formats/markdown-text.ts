import { plainText } from './number-text.ts';

export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}`;
}

export function listText(items: readonly string[]): string {
  return items.map((item) => `- ${item}\n`).join('');
}

/** Text of others as text: nothing in it ends a table cell or becomes markup. */
export function inert(text: string): string {
  return plainText(text)
    .replaceAll(/[\\|*`[\]]/g, '\\$&')
    .replaceAll('<', '&lt;');
}

/** Text of others as code, where only a backtick and a table's bar have a meaning. */
export function code(text: string): string {
  return `\`${plainText(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}
