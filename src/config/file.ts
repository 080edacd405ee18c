import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isMapping } from './clients.ts';
import { Declarations, type Report } from './document.ts';
import { readClients, readResources } from './entries.ts';
import type { Environment } from './environment.ts';
import { type EventSettings, readEvents } from './events.ts';
import { type HsmSettings, readHsm } from './hsm.ts';
import { type MtlsSettings, readMtls } from './mtls.ts';
import { readPasswordHashing } from './passwords.ts';
import { type Rotation, readRotation } from './rotation.ts';
import { errorCode, type Settings } from './settings.ts';
import { readSigningKeys, type SigningKeySettings } from './signing-keys.ts';
import { readSinks, type SinkDeclaration } from './sinks.ts';
import type { ClientDeclaration, Config, ResourceDeclaration } from './types.ts';

const DEFAULT_FILE = 'gatehouse.yaml';
const SECTIONS = [
  'clients',
  'resources',
  'events',
  'event_sinks',
  'signing_keys',
  'cookie_keys',
  'pairwise_salts',
  'mtls',
  'require_verified_email',
  'breached_passwords',
  'password_hashing',
];

/** What the file declares. */
export interface Declared {
  readonly clients: readonly ClientDeclaration[];
  readonly resources: readonly ResourceDeclaration[];
  readonly requireVerifiedEmail: boolean;
  readonly breachedPasswords: boolean;
  readonly passwordHashing: Config['passwordHashing'];
  readonly signingKeys: SigningKeySettings;
  readonly hsm: HsmSettings | undefined;
  readonly rotateEvery: Rotation;
  readonly mtls: MtlsSettings | undefined;
  readonly events: EventSettings;
  readonly eventSinks: readonly SinkDeclaration[];
}

/** Reads the declarative file; undefined where there is none, or it cannot be read. Faults are kept in `settings`. */
export function readFile(settings: Settings, environment: Environment): Declared | undefined {
  const source = readSource(settings, environment.configFile);
  if (source === undefined) return undefined;
  const file = new Declarations(environment.configFile ?? DEFAULT_FILE, source);
  const value = parse(file, settings);
  if (value === undefined) return undefined;
  const report: Report = (path, problem) => settings.fault(file.where(path), problem);
  const sections = readSections(value, report);
  const resources = readResources(sections, environment, report);
  const mtls = readMtls(value['mtls'], environment, report);
  const signingKeys = readSigningKeys(value['signing_keys'], resources, report);
  const inKeys: Report = (path, problem) => report(['signing_keys', ...path], problem);
  return {
    clients: readClients(sections, { ...environment, mtls }, settings, report),
    resources,
    signingKeys,
    hsm: readHsm(value['signing_keys'], signingKeys.algorithms, (setting) => settings.text(setting), inKeys),
    rotateEvery: readRotation(value, report),
    mtls: mtls === 'faulty' ? undefined : mtls,
    events: readEvents(value['events'], report),
    eventSinks: readSinks(listIn(value, 'event_sinks', report), environment, settings, report),
    requireVerifiedEmail: switchIn(value, 'require_verified_email', true, report),
    breachedPasswords: switchIn(value, 'breached_passwords', environment.production, report),
    passwordHashing: readPasswordHashing(value['password_hashing'], report),
  };
}

/** No file under the default name is in order; one that was asked for has to be there. */
function readSource(settings: Settings, named: string | undefined): string | undefined {
  const path = resolve(settings.cwd, named ?? DEFAULT_FILE);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (named === undefined && code === 'ENOENT') return undefined;
    settings.fault(named === undefined ? DEFAULT_FILE : 'CONFIG_FILE', `cannot be read (${code}): ${path}`);
    return undefined;
  }
}

function parse(file: Declarations, settings: Settings): Record<string, unknown> | undefined {
  const faults = file.syntaxFaults();
  settings.faults.push(...faults);
  if (faults.length > 0) return undefined;
  try {
    const value = file.value() ?? {};
    if (isMapping(value)) return value;
    settings.fault(file.where([]), `must be a mapping of ${SECTIONS.join(', ')}`);
  } catch {
    settings.fault(file.where([]), 'has too many aliases: write the values out');
  }
  return undefined;
}

/** The lists of the file; a section that is left empty is one that is not there. */
function readSections(file: Record<string, unknown>, report: Report) {
  for (const key of Object.keys(file)) {
    if (!SECTIONS.includes(key)) report([key], `is not a known section: use ${SECTIONS.join(', ')}`);
  }
  return { clients: listIn(file, 'clients', report), resources: listIn(file, 'resources', report) };
}

/** What the file says, else `fallback`. */
function switchIn(file: Record<string, unknown>, name: string, fallback: boolean, report: Report): boolean {
  const value = file[name] ?? fallback;
  if (typeof value !== 'boolean') report([name], 'must be true or false');
  return value !== false;
}

function listIn(file: Record<string, unknown>, section: string, report: Report): readonly unknown[] {
  const value = file[section] ?? [];
  if (Array.isArray(value)) return value;
  report([section], 'must be a list');
  return [];
}
