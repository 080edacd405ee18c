import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CONTEXT } from './dockerfile.ts';

export interface Service {
  readonly build?: string;
  readonly image: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly [key: string]: unknown;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { ipam?: { config: { subnet: string }[] } } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export const composeText = readFileSync(join(CONTEXT, 'docker-compose.yml'), 'utf8');

/** As `docker compose` reads it where nothing is set: each ${NAME:-default} is its default. */
export function readComposeFile(): ComposeFile {
  return parse(composeText.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'));
}

/** A service's settings as a process on this machine would need them: paths of the container become those of `root`. */
export function settingsOf(file: ComposeFile, name: string, root: string): Record<string, string> {
  const service = file.services[name];
  const mounts = (service?.volumes ?? [])
    .filter((volume) => volume.startsWith('./'))
    .map((volume) => volume.split(':'));
  const paths = new Map<string, string>(mounts.map(([from = '', to = '']) => [to, join(root, from)]));
  for (const secret of service?.secrets ?? [])
    paths.set(`/run/secrets/${secret}`, join(root, file.secrets[secret]?.file ?? ''));
  const settings = Object.entries(service?.environment ?? {});
  return Object.fromEntries(settings.map(([key, value]) => [key, paths.get(String(value)) ?? String(value)]));
}

/** The services, each after all that it waits for. */
export function startOrder({ services }: ComposeFile): string[] {
  const order: string[] = [];
  const visit = (name: string, path: readonly string[] = []) => {
    if (path.includes(name)) throw new Error(`${[...path, name].join(' waits for ')}`);
    for (const needed of Object.keys(services[name]?.depends_on ?? {})) visit(needed, [...path, name]);
    if (!order.includes(name)) order.push(name);
  };
  for (const name of Object.keys(services)) visit(name);
  return order;
}
