import { randomUUID } from 'node:crypto';
import { type CryptoKey, importJWK, SignJWT } from 'jose';
import { open } from '../../src/kernel/seal.ts';
import { sealContext } from '../../src/keys/sealed-keys.ts';
import { API } from './issuer.ts';
import type { TestServer } from './server.ts';

type Members = Readonly<Record<string, unknown>>;

/** What Gatehouse would not issue, signed with its own key: an access token as `service` has it, but for what is said. */
export async function forge(server: TestServer, claims: Members, header: Members = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss: server.issuer, sub: 'service', aud: API, client_id: 'service', scope: 'orders:read' };
  const { kid, privateKey } = await signingKey(server);
  return new SignJWT({ ...usual, iat: now, exp: now + 900, jti: randomUUID(), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header })
    .sign(privateKey);
}

/** Gatehouse's own key, opened as it opens it. */
async function signingKey({ db, config }: TestServer): Promise<{ kid: string; privateKey: CryptoKey }> {
  const row = await db('signing_keys').where({ alg: 'ES256', state: 'active' }).first('kid', 'sealed_private_jwk');
  const jwk = JSON.parse(open(row.sealed_private_jwk, config.masterKeys, sealContext(row.kid, 'ES256')));
  return { kid: row.kid, privateKey: (await importJWK(jwk, 'ES256')) as CryptoKey };
}
