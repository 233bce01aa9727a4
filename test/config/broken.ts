import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadOptions, loadScenario, loadScenarios } from '../../config/load-scenario.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Scenario } from '../../scenarios/scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'testbed-config-'));
let files = 0;
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Writes a file that only this test has, and says where. */
export function fileOf(content: string | Uint8Array, name = `scenario-${++files}.yaml`): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

export function loadText(content: string | Uint8Array, options: Partial<LoadOptions> = {}): Scenario {
  return loadScenario(fileOf(content), { profile: 'full', env: {}, ...options });
}

/** The same for a text that lists values: a scenario for every combination. */
export function loadAll(content: string, options: Partial<LoadOptions> = {}): readonly Scenario[] {
  return loadScenarios(fileOf(content), { profile: 'full', env: {}, ...options });
}

/** What the loader says of a file: the message of INVALID_CONFIG, or nothing when it loads. Anything else is thrown on. */
export function complaintOf(file: string, options: Partial<LoadOptions> = {}): string {
  try {
    loadScenarios(file, { profile: 'full', env: {}, ...options });
    return '';
  } catch (error) {
    if (!isTestbedError(error, 'INVALID_CONFIG')) throw error;
    return error.message;
  }
}
