import { clientRules } from './client-rules.ts';
import { type ClientMembers, clientSchema } from './client-schema.ts';
import type { Report } from './document.ts';
import { check, type Problem } from './problems.ts';
import type { ClientDeclaration } from './types.ts';
import { InvalidValue } from './values.ts';

/** The secret that a setting holds; throws InvalidValue where there is none. */
export type SecretOf = (setting: string) => string;

/**
 * One entry of the list. Every member is checked, and every rule between members that are each in order, so that
 * all faults come at once; `report` gets paths from the entry on. Undefined when it is faulty.
 */
export function readClient(entry: unknown, secretOf: SecretOf, report: Report): ClientDeclaration | undefined {
  if (!isMapping(entry)) {
    report([], 'must be a mapping');
    return undefined;
  }
  const resolved = resolveSecret(entry, secretOf);
  const result = check(clientSchema, resolved.members);
  const problems = [...resolved.problems, ...('problems' in result ? result.problems : [])];
  const faulty = new Set(problems.map(({ path }) => String(path[0])));
  const hasSecret = 'client_secret' in entry || 'client_secret_env' in entry;
  const client = withDefaults(sound(resolved.members, faulty), hasSecret);
  problems.push(...clientRules(client, faulty));
  for (const { path, problem } of problems) report(declaredPath(entry, path), problem);
  return problems.length === 0 ? (client as ClientDeclaration) : undefined;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7591's defaults; those that hang on one another are written out, so that what is stored says all. */
export function withDefaults<T extends Partial<ClientMembers>>(client: T, hasSecret: boolean) {
  const grantTypes = client.grant_types ?? ['authorization_code' as const];
  return {
    ...client,
    redirect_uris: client.redirect_uris ?? [],
    grant_types: grantTypes,
    response_types: client.response_types ?? (grantTypes.includes('authorization_code') ? ['code' as const] : []),
    token_endpoint_auth_method: client.token_endpoint_auth_method ?? (hasSecret ? 'client_secret_basic' : 'none'),
    first_party: client.first_party ?? false,
    require_pkce: client.require_pkce ?? true,
  } as const;
}

/** `client_secret_env` becomes `client_secret`; what is wrong with the one is told of the other. */
function resolveSecret(entry: Record<string, unknown>, secretOf: SecretOf) {
  if (!('client_secret_env' in entry)) return { members: entry, problems: [] };
  const { client_secret_env: setting, ...members } = entry;
  const path = ['client_secret'];
  try {
    if ('client_secret' in members)
      throw new InvalidValue('must not stand beside client_secret: remove one of the two');
    return { members: { ...members, client_secret: secretIn(setting, secretOf) }, problems: [] };
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    return { members, problems: [{ path, problem: error.message }] satisfies Problem[] };
  }
}

function secretIn(setting: unknown, secretOf: SecretOf): string {
  if (typeof setting === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(setting)) return secretOf(setting);
  throw new InvalidValue('must be the name of an environment variable');
}

/** Where the file says it: a secret that came from the environment stands in no file. */
function declaredPath(entry: Record<string, unknown>, path: Problem['path']): Problem['path'] {
  return path[0] === 'client_secret' && 'client_secret_env' in entry ? ['client_secret_env'] : path;
}

/** The members that passed; members are checked one by one, so these are what the schema says. */
function sound(entry: Record<string, unknown>, faulty: ReadonlySet<string>): Partial<ClientMembers> {
  return Object.fromEntries(Object.entries(entry).filter(([member]) => !faulty.has(member)));
}
