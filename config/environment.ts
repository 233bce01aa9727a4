import { invalid, quote } from './invalid.ts';

/** Environment variables by name; those that are not set are absent or undefined. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

export interface Filled {
  readonly text: string;
  /** The variables that were named, in order. */
  readonly variables: readonly string[];
}

const longestValue = 10_000;
const reference = /\$\$\{|\$\{([^}]*)\}?/g;

/**
 * Fills in `${NAME}` and `${NAME:-default}` (the default stands in for a variable that is unset or empty). `$${` is a
 * literal `${`. What a variable holds is not looked into again. INVALID_CONFIG when a variable without default is
 * unset, or a reference is not one.
 */
export function fillIn(text: string, environment: Environment): Filled {
  const variables: string[] = [];
  const filled = text.replace(reference, (written: string, inside: string | undefined) => {
    if (inside === undefined) return '${';
    const match = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inside);
    if (match === null || !written.endsWith('}')) {
      throw invalid(
        `${quote(written)} is not a reference (allowed: \${NAME}, \${NAME:-default}, or $\${ for a literal \${)`,
      );
    }
    const [, name, otherwise] = match as unknown as [string, string, string | undefined];
    variables.push(name);
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value !== undefined && value.length > longestValue) {
      throw invalid(
        `the environment variable ${name} has ${value.length} characters (allowed: ${longestValue})`,
      );
    }
    if (value !== undefined && (value !== '' || otherwise === undefined)) return value;
    if (otherwise !== undefined) return otherwise;
    throw invalid(
      `the environment variable ${name} is not set (allowed: set it, or write \${${name}:-default})`,
    );
  });
  return { text: filled, variables };
}

/** A filled-in value as YAML reads a plain one: a number, true or false, or text. */
export function readAgain(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/.test(text) ? Number(text) : text;
}
