import { demoClients, demoResource } from './demo.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { readEvents } from './events.ts';
import { type Declared, readFile } from './file.ts';
import { readKeyFiles } from './key-files.ts';
import { developmentMasterKeys } from './master-key.ts';
import { readPasswordHashing } from './passwords.ts';
import { ownResource } from './resources.ts';
import { readRotation } from './rotation.ts';
import { Settings } from './settings.ts';
import { readSigningKeys } from './signing-keys.ts';
import type { Config } from './types.ts';
import { isLoopback } from './uris.ts';

export { ACCOUNT_CLIENT_ID, CLIENT_ID } from './client-schema.ts';
export { DEMO_CLIENT_IDS } from './demo.ts';
export { readDistinguishedName } from './distinguished-name.ts';
export type { HsmSettings } from './hsm.ts';
export { readMadeClient } from './made-client.ts';
export type { MtlsSettings } from './mtls.ts';
export { ASSESSMENT_SCOPE, IDENTITY_SCOPES } from './resources.ts';
export { JWKS_MAX_AGE, JWKS_STALE } from './signing-keys.ts';
export type { KafkaSink, RedisSink, SinkDeclaration, WebhookSink } from './sinks.ts';
export type { ClientDeclaration, Config, ResourceDeclaration } from './types.ts';

export interface LoadOptions {
  /** false: only look, as `doctor` does; without a key there are none. */
  readonly makeKey: boolean;
}

/**
 * Everything the process is told, by environment and declarative file, checked and deeply frozen. Throws one
 * OperatorError with every fault; then nothing has been written either. In development the first call makes
 * `keys/master.key` under `cwd`.
 */
export function loadConfig(env: NodeJS.ProcessEnv, cwd: string, options: LoadOptions = { makeKey: true }): Config {
  const settings = new Settings(env, cwd);
  const environment = readEnvironment(settings);
  const file = readFile(settings, environment);
  const { clients, resources, ...policy } = file ?? undeclared(environment);
  const masterKeys = readMasterKeys(settings, environment, options);
  const keyFiles = readKeyFiles(settings, environment.production);
  settings.throwFaults();
  const { configFile: _, ...rest } = environment;
  return deepFreeze({
    ...rest,
    masterKeys,
    keyFiles,
    clients,
    ...policy,
    declared: file !== undefined,
    resources: [...resources, ownResource(environment.issuer)],
  });
}

/**
 * Without a file development has something to show, and production nothing at all. Its secret is public knowledge: it
 * exists only where nobody else can reach it.
 */
function undeclared({ production, issuer, host, configFile }: Environment): Declared {
  const reachable = ![new URL(issuer).hostname, host].every(isLoopback);
  const passwordHashing = readPasswordHashing({}, () => undefined);
  const signingKeys = readSigningKeys({}, [], () => undefined);
  const rotateEvery = readRotation({}, () => undefined);
  const passwords = { requireVerifiedEmail: true, breachedPasswords: production, passwordHashing };
  const events = readEvents({}, () => undefined);
  const none = { hsm: undefined, mtls: undefined, eventSinks: [] };
  const policy = { ...passwords, signingKeys, rotateEvery, events, ...none };
  if (production || reachable || configFile !== undefined) return { clients: [], resources: [], ...policy };
  return { clients: demoClients(issuer), resources: [demoResource(issuer)], ...policy };
}

function readMasterKeys(settings: Settings, { production, masterKeys }: Environment, options: LoadOptions): Buffer[] {
  return masterKeys ?? (production ? [] : developmentMasterKeys(settings, { make: options.makeKey }));
}

/** Buffers stay as they are: their bytes cannot be frozen. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
