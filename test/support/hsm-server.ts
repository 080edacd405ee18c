import assert from 'node:assert/strict';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import type { Knex } from 'knex';
import type { HsmSettings } from '../../src/config/index.ts';
import { listKeys } from '../../src/keys/index.ts';
import { declaration, SECRET } from './declaration.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';
import { PIN } from './softhsm.ts';

export const API = 'https://api.example.com';
export const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

/** The file of an operator whose keys are made in `store`. */
export const fileOf = ({ module, tokenLabel }: HsmSettings, store: 'pkcs11' | 'database') => `${declaration}
signing_keys:
  store: ${store}
  pkcs11: { module: ${module}, token_label: ${tokenLabel} }
`;

/** A server that knows the PIN, unless `pin` is another. */
export function startWithPin({ pin = PIN, ...options }: TestServerOptions & { pin?: string }): Promise<TestServer> {
  return startServer({ env: { MASTER_KEY, GATEHOUSE_HSM_PIN: pin }, ...options });
}

export const publishedBy = async ({ issuer }: TestServer): Promise<JSONWebKeySet> =>
  (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as JSONWebKeySet;

/** An access token for a machine. */
export async function tokenOf({ issuer }: TestServer): Promise<string> {
  const answer = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`service:${SECRET}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read', resource: API }),
  });
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** @returns which key it is of */
export async function verifyBy(server: TestServer, jwt: string, audience = API): Promise<string | undefined> {
  const { protectedHeader } = await jwtVerify(jwt, createLocalJWKSet(await publishedBy(server)), { audience });
  return protectedHeader.kid;
}

/** Where each key that is not retired is kept: by algorithm, oldest first. */
export const places = async (db: Knex): Promise<string[]> =>
  (await listKeys(db))
    .filter(({ state }) => state !== 'retired')
    .map(({ alg, state, sealed, uri }) => `${alg} ${state} ${sealed ? 'sealed' : uri?.split('=')[0]}`);
