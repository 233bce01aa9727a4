import { element, escaped, type Markup, markup } from '../plots/svg.ts';
import { style } from './style.ts';
import { zoom } from './zoom.ts';

/** Nothing may be loaded, from anywhere, and nothing sent: what a page needs is in it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/** A page in one file, which says the same wherever and whenever it is opened. `more`: what its head has beside the usual. */
export function page(
  title: string,
  header: readonly Markup[],
  body: readonly Markup[],
  more: readonly Markup[] = [],
): string {
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('title', {}, escaped(title)),
    element('style', {}, markup(style)),
    more,
  );
  const content = element(
    'body',
    {},
    element('a', { class: 'skip', href: '#content' }, markup('To the content')),
    element('header', {}, header),
    element('main', { id: 'content' }, body),
    element('script', {}, markup(zoom)),
  );
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, content)}\n`;
}
