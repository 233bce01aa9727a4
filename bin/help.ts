import { foldText } from '../reports/formats/fold.ts';
import type { Command } from './command.ts';
import { foldRows, outputWidth } from './fold-rows.ts';

export function commandHelp({ name, usage, what, flags, examples }: Command, width = outputWidth()): string {
  const rows = flags.map((flag) => {
    const value = flag.value === null ? '' : ` ${flag.value}`;
    const allowed = flag.allowed ? ` (${flag.allowed.join(' | ')})` : '';
    return [`--${flag.name}${value}${flag.list ? '[,...]' : ''}`, `${flag.what}${allowed}`] as const;
  });
  const shown = examples.flatMap(([command, why]) => [`  ${command}`, ...indented(why, width, 6)]);
  return [
    ...foldText(`testbed ${name} ${usage}`, width, 4),
    '',
    ...foldText(what, width, 0),
    '',
    ...(rows.length === 0 ? [] : [`Flags\n${foldRows(rows, width)}`]),
    'Examples',
    ...shown,
    '',
  ].join('\n');
}

export function overview(
  version: string,
  commands: readonly Pick<Command, 'name' | 'what'>[],
  width = outputWidth(),
): string {
  const exits =
    'Exit codes: 0 all pass, 1 at least one FAIL, 2 INCONCLUSIVE, 3 bad input, 4 could not run, 130 interrupted.';
  return [
    ...foldText(
      `testbed ${version}: how an agent orchestrator behaves on different buses and stores, measured`,
      width,
      2,
    ),
    '',
    'testbed COMMAND [ARGUMENTS]',
    '',
    foldRows(
      commands.map(({ name, what }) => [name, what.split('. ')[0] ?? '']),
      width,
    ),
    ...foldText(exits, width, 2),
    '',
    'Examples',
    '  testbed run --suite seed --profile quick',
    ...indented('the four scenarios of the seed report on the embedded stacks', width, 6),
    '  testbed run --scenario stress --stacks sqlite',
    ...indented('one scenario on one stack', width, 6),
    '  testbed COMMAND --help',
    ...indented('everything a command can do', width, 6),
    '',
  ].join('\n');
}

function indented(text: string, width: number, indent: number): readonly string[] {
  return foldText(text, width - indent, 0).map((line) => ' '.repeat(indent) + line);
}
