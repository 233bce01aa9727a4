import { createHash } from 'node:crypto';
import { style } from '../../reports/html/style.ts';
import { element, escaped, markup } from '../../reports/plots/svg.ts';

/** Puts each frame in the place of the one before it. Frames are markup of ours, in which text of others is text. */
const script = `
const source = new EventSource('events');
source.onmessage = ({ data }) => {
  for (const [part, content] of Object.entries(JSON.parse(data))) {
    const place = document.getElementById(part);
    if (place !== null && place.innerHTML !== content) place.innerHTML = content;
  }
};
source.addEventListener('end', () => source.close());
source.onerror = () => { document.getElementById('lost').hidden = false; };
source.onopen = () => { document.getElementById('lost').hidden = true; };
`;

const hash = createHash('sha256').update(script).digest('base64');

/** What the page may do: run its one script, and listen to where it is from. */
export const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The page that shows a run while it plays. What is to be seen comes after it. */
export function livePage(title: string): string {
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', {}, escaped(title)),
    element('style', {}, markup(style)),
  );
  const lost = 'The run has ended, or cannot be reached: nothing here moves any more.';
  const body = element(
    'body',
    {},
    element('header', {}, element('h1', {}, escaped(title))),
    element(
      'main',
      {},
      element('p', { id: 'lost', class: 'banner inconclusive', hidden: '' }, markup(lost)),
      element('div', { id: 'status', role: 'status' }),
      element('div', { id: 'charts' }),
      element('div', { id: 'cells' }),
    ),
    element('script', {}, markup(script)),
  );
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body)}\n`;
}
