import assert from 'node:assert/strict';
import { engineMetadata } from '../../../src/oidc/client-metadata.ts';

const registration = () => ({
  client_id: 'shop',
  redirect_uris: ['https://shop.example/callback'],
  grant_types: ['authorization_code'],
  first_party: true,
  scope: 'openid email orders:read',
});
const KEY = { kty: 'EC' };

describe('a client as the engine takes it', () => {
  it('is made once of each registration, and anew of another that says the same', () => {
    const [one, other] = [registration(), registration()];
    assert.equal(engineMetadata(one), engineMetadata(one));
    assert.notEqual(engineMetadata(one), engineMetadata(other));
    assert.deepEqual(engineMetadata(one), engineMetadata(other));
  });

  it('cannot be changed by whoever is given it, at any depth, and has left the registration as it was', () => {
    const stored = registration();
    const given = engineMetadata(stored) as ReturnType<typeof registration>;
    assert.throws(() => Object.assign(given, { scope: 'everything' }), TypeError);
    assert.throws(() => given.redirect_uris.push('https://evil.example'), TypeError);
    assert.deepEqual(stored, registration());
    stored.redirect_uris.push('https://shop.example/other');
    assert.equal(given.redirect_uris.length, 1);
  });

  it('has keys that may be written on, as the engine does, and nobody else gets what was written', () => {
    const stored = { ...registration(), jwks: { keys: [{ ...KEY }] } };
    const given = engineMetadata(stored) as typeof stored;
    Object.assign(given.jwks.keys[0] ?? {}, { 'x5t#S256': 'thumbprint' });
    assert.deepEqual((engineMetadata(stored) as typeof stored).jwks, { keys: [KEY] });
    assert.deepEqual(stored.jwks, { keys: [KEY] });
  });
});
