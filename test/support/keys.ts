import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Knex } from 'knex';
import type { Clock } from '../../src/kernel/clock.ts';
import type { KeyParts, KeyPolicy, KeyRing, SigningKey } from '../../src/keys/index.ts';

export const DAY = 24 * 3600;

/** What a server has that was told nothing of keys. */
export const POLICY: KeyPolicy = {
  algorithms: ['ES256', 'RS256'],
  rotateEvery: 30 * DAY,
  publishAhead: DAY,
  retireAfter: 4500,
};

/** What keys are turned with; ES256 alone, where RSA would only take time. */
export function keyParts(db: Knex, clock: Clock, policy: Partial<KeyPolicy> = {}): KeyParts {
  return { db, clock, masterKeys: [randomBytes(32)], policy: { ...POLICY, algorithms: ['ES256'], ...policy } };
}

/** A ring of these keys, all of them whole. */
export const ringOf = (...keys: SigningKey[]): KeyRing => ({ keys, broken: [], published: keys, salts: [] });

/** A published key for those who verify, and the private one that a test signs with. */
export async function newKey(kid: string, alg: 'ES256' | 'RS256' = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  const dates = {
    createdAt: new Date(),
    activatedAt: new Date(),
    retiringAt: undefined,
    retiredAt: undefined,
    revokedAt: undefined,
  };
  const sign = () => assert.fail('who verifies signs nothing');
  const signing: SigningKey = { kid, alg, state: 'active', ...dates, publicJwk, sign };
  return { kid, privateKey, publicJwk, signing };
}
