import { TestbedError } from '../core/error.ts';
import type { GivenAddresses } from '../scenarios/run/provision.ts';
import type { Flag, Flags } from './command.ts';

interface Kind {
  readonly flag: string;
  readonly variable: string;
  readonly protocols: readonly string[];
  readonly form: string;
}

/** The servers that somebody else may run for us, by kind. */
const kinds: { readonly [kind: string]: Kind } = {
  redis: {
    flag: 'redis-url',
    variable: 'TESTBED_REDIS_URL',
    protocols: ['redis:', 'rediss:'],
    form: 'redis://[USER:PASSWORD@]HOST[:PORT][/DB], rediss:// for TLS',
  },
  postgres: {
    flag: 'postgres-url',
    variable: 'TESTBED_POSTGRES_URL',
    protocols: ['postgres:', 'postgresql:'],
    form: 'postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE[?sslmode=...]',
  },
};

export const serverFlags: readonly Flag[] = Object.entries(kinds).map(([kind, { flag, variable }]) => ({
  name: flag,
  value: 'URL',
  what: `your own ${kind} server instead of one of ours; also ${variable}. What a run keeps there is removed after it`,
}));

/** The servers named by flags, else by the environment. INVALID_CONFIG for what is no address; it is not shown. */
export function givenServers(flags: Flags, env: NodeJS.ProcessEnv): GivenAddresses {
  const given: { [kind: string]: { readonly url: string } } = {};
  for (const [kind, { flag, variable, protocols, form }] of Object.entries(kinds)) {
    const fromFlag = flags.text(flag);
    const url = fromFlag ?? env[variable];
    if (url === undefined || url === '') continue;
    if (!URL.canParse(url) || !protocols.includes(new URL(url).protocol) || new URL(url).host === '') {
      const source = fromFlag === undefined ? variable : `--${flag}`;
      throw new TestbedError(
        'INVALID_CONFIG',
        `${source}: this is no address of a ${kind} server (allowed: ${form})`,
      );
    }
    given[kind] = { url };
  }
  return given;
}

/** A command line as it may be written down: passwords in URLs are taken out. */
export function withoutSecrets(words: readonly string[]): string {
  return words
    .map((word) =>
      word
        .replace(
          /(\w+:\/\/?)([^/@\s[]*)@/g,
          (_, protocol: string, user: string) => `${protocol}${user.split(':')[0]}:***@`,
        )
        .replace(/([?&](?:password|pass|secret|token)=)[^&\s]*/gi, '$1***'),
    )
    .join(' ');
}
