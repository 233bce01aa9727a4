/** One flag of a command, from which parsing, messages and `--help` follow. */
export interface Flag {
  readonly name: string;
  /** What stands for the value in help, e.g. `N`; null for a switch. */
  readonly value: string | null;
  /** May be given several times, and as a comma-separated list. */
  readonly list?: boolean;
  readonly allowed?: readonly string[];
  readonly what: string;
}

export interface Flags {
  readonly positional: readonly string[];
  has(name: string): boolean;
  /** The value of a flag that takes one; undefined when it was not given. */
  text(name: string): string | undefined;
  /** All values of a list flag, in order; empty when it was not given. */
  list(name: string): readonly string[];
}

export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly what: string;
  /** Fewest and most positional arguments. */
  readonly positional: { readonly least: number; readonly most: number };
  readonly flags: readonly Flag[];
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** Resolves to the exit code. */
  run(flags: Flags): Promise<number>;
}
