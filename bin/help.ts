import type { Command } from './command.ts';

export function commandHelp({ name, usage, what, flags, examples }: Command): string {
  const left = flags.map(
    (flag) => `--${flag.name}${flag.value === null ? '' : ` ${flag.value}`}${flag.list ? '[,...]' : ''}`,
  );
  const width = Math.max(0, ...left.map((text) => text.length)) + 2;
  const lines = flags.map((flag, index) => {
    const allowed = flag.allowed ? ` (${flag.allowed.join(' | ')})` : '';
    return `  ${(left[index] as string).padEnd(width)}${flag.what}${allowed}`;
  });
  const shown = examples.flatMap(([command, why]) => [`  ${command}`, `      ${why}`]);
  return [
    `testbed ${name} ${usage}`.trim(),
    '',
    what,
    '',
    ...(lines.length === 0 ? [] : ['Flags', ...lines, '']),
    'Examples',
    ...shown,
    '',
  ].join('\n');
}

export function overview(version: string, commands: readonly Pick<Command, 'name' | 'what'>[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  return [
    `testbed ${version}: how an agent orchestrator behaves on different buses and stores, measured`,
    '',
    'testbed COMMAND [ARGUMENTS]',
    '',
    ...commands.map(({ name, what }) => `  ${name.padEnd(width)}${what.split('. ')[0]}`),
    '',
    'Exit codes: 0 all pass, 1 at least one FAIL, 2 INCONCLUSIVE, 3 bad input, 4 could not run, 130 interrupted.',
    '',
    'Examples',
    '  testbed run --suite seed --profile quick       the four scenarios of the seed report on the embedded stacks',
    '  testbed run --scenario stress --stacks sqlite  one scenario on one stack',
    '  testbed COMMAND --help                         everything a command can do',
    '',
  ].join('\n');
}
