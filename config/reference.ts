import { readSchema } from './schema.ts';
import { loadSeed } from './seed.ts';

/** As much of a schema as its description needs. */
interface Field {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly 'x-between'?: readonly [least: unknown, most: unknown];
  readonly required?: readonly string[];
  readonly else?: Field;
  readonly properties?: { readonly [name: string]: Field };
  readonly items?: Field;
  readonly definitions?: { readonly [name: string]: Field };
}

const schema = readSchema() as Field;

/** The whole reference as Markdown: every field of a scenario file, from the schema that ships. */
export function referenceText(): string {
  const fields = schema.properties ?? {};
  const metrics = fields['thresholds']?.properties ?? {};
  const { workload = {}, fault = {}, threshold = {}, bound = {} } = schema.definitions ?? {};
  return `${[
    '# Scenario files: every field',
    'Generated from `config/scenario.schema.json` by `npx node config/write-reference.ts`; a test keeps it up to date. How to add a scenario stands in [scenarios/README.md](../scenarios/README.md).',
    schema.description,
    'Anchors and aliases work; merge keys (`<<`) and tags do not. A file is UTF-8 YAML 1.2 with one document, up to 1 MB and 20,000 values.',
    '## The file',
    table({ ...fields, thresholds: { ...fields['thresholds'], properties: {} } }, schema.required),
    '## `workload`',
    'Every single value here, but for those of phases, can be a list of values, and so can those of `gateway`, `options` and `layers`, and `replicas`, `nodes`, `driver` and `gateways`: `agents: [10, 20, 50]` is three cells, `agents: [10, 20]` with `events: [10/s, 100/s, 1000/s]` is six (1,000 at the most). Such a field is a parameter: records and tables say which value it had.',
    table(workload.properties ?? {}),
    '## `faults`',
    'A fault is a mapping with these fields; an option is for the faults that its description names, and `testbed list faults` says what each does.',
    table(fault.properties ?? {}, fault.required),
    '## Units',
    units(),
    '## `thresholds`',
    'A threshold is a bound, a list of bounds (all must hold), or a mapping:',
    table(threshold.properties ?? {}),
    `A bound is ${bound.description}`,
    metricTable(metrics),
    '## `thresholdsFrom`',
    sets(),
  ].join('\n\n')}\n`;
}

/** A row a field, those inside a mapping or a list under their full name. */
function table(fields: { readonly [name: string]: Field }, required: readonly string[] = []): string {
  return ['| field | value | default | what |', '|---|---|---|---|', ...rows(fields, required, '')].join(
    '\n',
  );
}

function rows(
  fields: { readonly [name: string]: Field },
  required: readonly string[],
  path: string,
): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const full = `${path}${name}`;
    const whole = { ...resolve(field), ...field };
    const start = required.includes(name) ? 'required' : shown(field.default);
    const row = `| \`${full}\` | ${cell(valueText(field))} | ${start} | ${cell(whole.description ?? '')} |`;
    // A definition has a section of its own.
    const inner = field.$ref === undefined ? field : {};
    const items = inner.items?.properties === undefined ? {} : inner.items;
    return [
      row,
      ...rows(inner.properties ?? {}, inner.required ?? [], `${full}.`),
      ...rows(items.properties ?? {}, items.required ?? [], `${full}[].`),
    ];
  });
}

function resolve({ $ref = '' }: Field): Field {
  return schema.definitions?.[$ref.replace(/^.*\//, '')] ?? {};
}

function valueText(field: Field): string {
  const found = resolve(field.else ?? field);
  // What may also be a mapping has its words in the other case.
  const definition = { ...found, ...found.else };
  const { title = '', minimum, maximum, enum: words, items } = { ...definition, ...field };
  const [least, most] = field['x-between'] ?? definition['x-between'] ?? [minimum, maximum];
  const kind = title.replace(/((: |, such| from 0).*|,? or a list of .*)$/s, '');
  const range = least === undefined ? '' : `, ${least} to ${most}`;
  const choice = words ?? items?.enum;
  return `${kind}${range}${choice ? `: ${choice.map((word) => `\`${word}\``).join(', ')}` : ''}`;
}

function metricTable(metrics: { readonly [name: string]: Field }): string {
  const lines = Object.entries(metrics).map(
    ([name, { description = '' }]) => `| \`${name}\` | ${cell(description)} |`,
  );
  return ['| metric | unit and meaning |', '|---|---|', ...lines].join('\n');
}

function units(): string {
  const names = ['duration', 'size', 'rate', 'ramp', 'range', 'name', 'stack'];
  const lines = names.map((name) => {
    const { title = '', examples = [] } = schema.definitions?.[name] ?? {};
    return `- **${name}**: ${title}. ${examples.map((example) => `\`${example}\``).join(', ')}`;
  });
  return lines.join('\n');
}

/** What the seed's sets come to. */
function sets(): string {
  const { source, scenarios } = loadSeed();
  const lines = scenarios.flatMap(({ scenario, rows: own }) =>
    own.map(({ metric, writtenBound, pass, healthy }) => {
      const limits = [`\`${pass.text}\``, healthy === null ? '' : `\`${healthy.text}\``];
      return `| seed/${scenario} | \`${metric}\` | ${cell(writtenBound)} | ${limits.join(' | ')} |`;
    }),
  );
  const head = '| set | metric | as the report wrote it | pass | healthy |\n|---|---|---|---|---|\n';
  return `From ${source}, by the rules of \`config/seed/rules.json\`.\n\n${head}${lines.join('\n')}`;
}

function shown(value: unknown): string {
  if (value === undefined || (typeof value === 'object' && JSON.stringify(value) === '{}')) return '';
  return Array.isArray(value)
    ? value.map((item) => `\`${item}\``).join(', ')
    : value === ''
      ? ''
      : `\`${value}\``;
}

/** Text inside a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
