import type { FaultOption } from '../chaos/fault.ts';
import { faultTable } from '../chaos/table.ts';
import { targetNames } from '../chaos/target-name.ts';
import { faultOptionText } from './fault-option-text.ts';

type Schema = { readonly [keyword: string]: unknown };

/** The schema of one fault of a timeline, from the fault table: `node config/write-schema.ts` puts it where it ships. */
export function faultSchema(): Schema {
  const duration = (description: string, least: string): Schema => ({
    $ref: '#/definitions/duration',
    'x-between': [least, '24h'],
    description,
  });
  return {
    type: 'object',
    title: 'a fault',
    additionalProperties: false,
    required: ['at', 'fault', 'on'],
    properties: {
      at: duration('When it is injected, from the start of the measured time.', '0s'),
      for: duration('How long it is in force. Absent: until the load ends.', '1ms'),
      fault: {
        type: 'string',
        title: 'a fault',
        enum: faultTable.map(({ name }) => name),
        description: 'What goes wrong; testbed list faults says more of each.',
      },
      on: {
        type: 'string',
        title: 'a target',
        examples: targetNames,
        description:
          'What it happens to. A method of one repository alone: storage.agents.update. Not every fault goes on every target.',
      },
      direction: {
        type: 'string',
        title: 'a direction',
        enum: ['up', 'down', 'both'],
        default: 'both',
        description: 'Which way of a link: up from client to server, down back.',
      },
      restart: {
        type: 'string',
        title: 'when it is started again, such as after 1s',
        pattern: '^after [0-9]{1,15}(\\.[0-9]{1,9})? ?(us|ms|s|m|h)$',
        description: 'Of what ends a process: the same as for, said the way people say it.',
      },
      ...optionsSchema(),
    },
  };
}

/** Options of all faults together: which of them a fault has, the fault table says, and so does the loader. */
function optionsSchema(): Schema {
  const options = new Map<string, [fault: string, option: FaultOption][]>();
  for (const { name: fault, options: own } of faultTable) {
    for (const [name, option] of Object.entries(own))
      options.set(name, [...(options.get(name) ?? []), [fault, option]]);
  }
  return Object.fromEntries(
    [...options].map(([name, uses]) => [
      name,
      { type: ['string', 'number'], title: kindsOf(uses), description: descriptionOf(uses) },
    ]),
  );
}

type Uses = readonly (readonly [fault: string, option: FaultOption])[];

const kinds: { readonly [type in FaultOption['type']]: string } = {
  duration: 'a duration',
  size: 'a size',
  integer: 'a whole number',
  number: 'a number',
  share: 'a share',
  choice: 'a choice',
};

function kindsOf(uses: Uses): string {
  return [...new Set(uses.map(([, { type }]) => kinds[type]))].join(' or ');
}

/** Faults for which the option is the same are named together: each meaning with its bounds, unit and default. */
function descriptionOf(uses: Uses): string {
  const faults = Map.groupBy(uses, ([, option]) => faultOptionText(option));
  return [...faults]
    .map(([text, same]) => {
      const names =
        same.length === faultTable.length ? 'all faults' : same.map(([fault]) => fault).join(', ');
      return `Of ${names}: ${text}.`;
    })
    .join(' ');
}
