import { isMapping, readClient, type SecretOf } from './clients.ts';
import { DEMO_CLIENT_IDS, DEMO_SECRET } from './demo.ts';
import { dotted, type Path, type Report } from './document.ts';
import type { Environment } from './environment.ts';
import { type MtlsSettings, reportMissingMtls } from './mtls.ts';
import { IDENTITY_SCOPES, OWN_SCOPES, readResource } from './resources.ts';
import type { Settings } from './settings.ts';
import type { ClientDeclaration, ResourceDeclaration } from './types.ts';
import { InvalidValue } from './values.ts';

type Entry = Readonly<Record<string, unknown>>;

/** The file's lists, not yet checked. */
export interface Sections {
  readonly clients: readonly unknown[];
  readonly resources: readonly unknown[];
}

/** The clients that are in order; what is wrong with the others, or between them, goes to `report`. */
export function readClients(
  { clients, resources }: Sections,
  { production, mtls }: Pick<Surroundings, 'production' | 'mtls'>,
  settings: Settings,
  report: Report,
): ClientDeclaration[] {
  reportRepeated(clients, ['clients', 'client_id'], report);
  const surroundings = { scopes: knownScopes(resources), production, mtls };
  const secret: SecretOf = (name) => secretOf(settings, name);
  return clients.flatMap(
    (entry, index) => readClientAmong(surroundings, entry, secret, within(['clients', index], report)) ?? [],
  );
}

/** What a client's entry has to fit to. */
interface Surroundings {
  readonly scopes: ReadonlySet<unknown>;
  readonly production: boolean;
  readonly mtls: MtlsSettings | 'faulty' | undefined;
}

/** One entry, checked by itself and against what is around it. Undefined when it is faulty by itself. */
export function readClientAmong(
  { scopes, production, mtls }: Surroundings,
  entry: unknown,
  secret: SecretOf,
  report: Report,
): ClientDeclaration | undefined {
  const client = readClient(entry, secret, report);
  if (isMapping(entry)) {
    reportUnknownScopes(entry, scopes, report);
    reportMissingMtls(entry, mtls, report);
    if (production) reportDemo(entry, client?.client_secret, report);
  }
  return client;
}

/** The resources that are in order; what is wrong with the others, or between them, goes to `report`. */
export function readResources({ resources }: Sections, { issuer }: Environment, report: Report): ResourceDeclaration[] {
  reportRepeated(resources, ['resources', 'identifier'], report);
  const defaults = resources.flatMap((entry, index) => (isMapping(entry) && entry['default'] === true ? [index] : []));
  for (const index of defaults.slice(1)) {
    report(['resources', index, 'default'], `is true for resources[${defaults[0]}] already: one resource alone can be`);
  }
  return resources.flatMap((entry, index) => readResource(entry, issuer, within(['resources', index], report)) ?? []);
}

function within(at: Path, report: Report): Report {
  return (path, problem) => report([...at, ...path], problem);
}

function secretOf(settings: Settings, name: string): string {
  const secret = settings.text(name);
  if (secret !== undefined) return secret;
  throw new InvalidValue(`names ${name}, which is not set: set ${name} or ${name}_FILE`);
}

/** Two entries of one name: told at the later, naming both. */
function reportRepeated(
  entries: readonly unknown[],
  [section, member]: readonly [string, string],
  report: Report,
): void {
  const first = new Map<string, Path>();
  for (const [index, entry] of entries.entries()) {
    const value = isMapping(entry) ? entry[member] : undefined;
    if (typeof value !== 'string') continue;
    const path = [section, index, member];
    const earlier = first.get(value);
    if (earlier !== undefined)
      report(path, `is the same as ${dotted(earlier)}: choose another, or remove one of the two`);
    else first.set(value, path);
  }
}

/** Every scope a client can be given, also those of a resource that has a fault of its own. */
export function knownScopes(resources: readonly unknown[]): ReadonlySet<unknown> {
  const declared = resources.flatMap((entry) =>
    isMapping(entry) && Array.isArray(entry['scopes']) ? entry['scopes'] : [],
  );
  return new Set<unknown>([...IDENTITY_SCOPES, ...OWN_SCOPES, ...declared]);
}

/** The engine would refuse the client at its first request, long after the start. */
function reportUnknownScopes({ scope }: Entry, known: ReadonlySet<unknown>, report: Report): void {
  const names = typeof scope === 'string' ? scope.split(/\s+/) : [];
  const unknown = names.filter((name) => name !== '' && !known.has(name));
  if (unknown.length === 0) return;
  report(['scope'], `has scopes of no resource: ${unknown.join(' ')}; correct them, or declare them under resources`);
}

/** Their ids and their secret are in the documentation. `resolved` is the secret where the environment holds it. */
function reportDemo(entry: Entry, resolved: string | undefined, report: Report): void {
  if (DEMO_CLIENT_IDS.includes(String(entry['client_id']))) {
    report(['client_id'], 'is a demo client, which cannot exist in production: rename it');
  }
  if ((resolved ?? entry['client_secret']) === DEMO_SECRET) {
    const member = 'client_secret_env' in entry ? 'client_secret_env' : 'client_secret';
    report([member], 'is the demo secret: set one of your own');
  }
}
