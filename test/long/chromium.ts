import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** A browser on this machine, or null. */
export function findChromium(): string | null {
  return names.find((name) => isThere(name)) ?? null;
}

function isThere(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What a browser made of a page. */
export interface Opened {
  /** The document as it stands when its scripts have run. */
  readonly dom: string;
  /** What it said in the console, errors and refusals among it. */
  readonly console: readonly string[];
  /** Violations found by axe, worst first: `serious color-contrast ...`. */
  readonly violations: readonly string[];
  /** How wide its content is beyond the window, in pixels. */
  readonly overflow: number;
}

/** Opens a page in a window of that width, has it looked over for accessibility, and reports. */
export async function open(chromium: string, page: string, width: number, dark = false): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'testbed-page-'));
  try {
    const file = join(folder, 'page.html');
    writeFileSync(file, page.replace('</body>', `${probe()}</body>`));
    const { stdout, stderr } = await run(chromium, [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--enable-logging=stderr',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--window-size=${width},900`,
      ...(dark ? ['--force-dark-mode', '--blink-settings=preferredColorScheme=0'] : []),
      '--virtual-time-budget=60000',
      '--dump-dom',
      pathToFileURL(file).href,
    ]);
    const told = /<pre id="told">([^<]*)<\/pre>/.exec(stdout)?.[1] ?? '{}';
    const { violations = ['it was not looked over'], overflow = Number.NaN } = JSON.parse(
      told.replaceAll('&quot;', '"').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&'),
    ) as Partial<Opened>;
    const said = stderr.split('\n').filter((line) => line.includes(':CONSOLE'));
    return { dom: stdout, console: said, violations, overflow };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What is added to the page under test: axe itself, and a note of what it found for whoever dumps the document. */
function probe(): string {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return `<script>${axe.replaceAll('</script', '<\\/script')}</script><script>
    for (const each of document.querySelectorAll('details')) each.open = true;
    axe.run().then(({ violations }) => {
      const told = document.createElement('pre');
      told.id = 'told';
      const root = document.documentElement;
      told.textContent = JSON.stringify({
        violations: violations.map(({ impact, id, nodes }) => impact + ' ' + id + ' ' + nodes[0].html.slice(0, 200)),
        overflow: root.scrollWidth - root.clientWidth,
      });
      document.body.append(told);
    });</script>`;
}

function run(program: string, words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', () => resolve({ stdout, stderr }));
  });
}
