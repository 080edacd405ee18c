import assert from 'node:assert/strict';
import { decodeProtectedHeader } from 'jose';
import { rotateKeys, turnKeys } from '../../../src/keys/index.ts';
import { createVerifier, type Verifier } from '../../../src/verifier/index.ts';
import { askForToken } from '../../support/ask.ts';
import { SECRET } from '../../support/declaration.ts';
import { API } from '../../support/issuer.ts';
import { DAY } from '../../support/keys.ts';
import { refused } from '../../support/refusals.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';

const JWKS = '/.well-known/jwks.json';

describe('verifier: Gatehouse’s own tokens', () => {
  /** The server's, by which keys turn; tokens live by the real one. */
  const clock = new TestClock();
  const gatewayClock = new TestClock();
  const fetched: string[] = [];
  let server: TestServer;
  let verifier: Verifier;

  before(async () => {
    server = await startServer({ clock });
    const counting: typeof fetch = (url, init) => {
      fetched.push(new URL(String(url)).pathname);
      return fetch(url, init);
    };
    verifier = createVerifier({ issuer: server.issuer, audience: API, clock: gatewayClock, fetch: counting });
    await verifier.ready();
  });
  beforeEach(() => {
    fetched.length = 0;
  });
  after(() => server.close());

  const tokenFor = async (resource = API, scope = 'orders:read'): Promise<string> => {
    const client = { id: 'service', secret: SECRET, scope, resource };
    const { text } = await askForToken(Number(new URL(server.issuer).port), client);
    return (JSON.parse(text) as { access_token: string }).access_token;
  };
  const keyParts = () => {
    const { db, config } = server;
    return { db, clock, masterKeys: config.masterKeys, policy: config.signingKeys };
  };

  /** Some time goes by on the server, and its job runs. */
  async function goOn(seconds: number): Promise<void> {
    clock.advance(seconds);
    await turnKeys(keyParts());
    await server.gatehouse.keys.reload();
  }

  it('are good, and cost no request', async () => {
    const claims = await verifier.verify(await tokenFor());
    assert.deepEqual([claims.sub, claims.client_id, claims.scope], ['service', 'service', 'orders:read']);
    assert.deepEqual(fetched, []);
  });

  it('of a person are good, and the ID tokens and opaque tokens beside them are not [13]', async () => {
    const request = { client_id: 'web', scope: 'openid orders:read', resource: API };
    const { tokens } = await obtainTokens(new RelyingParty(server.issuer), request);
    const { sub, client_id, sid } = await verifier.verify(tokens['access_token'] ?? '');
    assert.equal(client_id, 'web');
    assert.ok(sub.length === 36 && sid, 'a person, and the session they signed in with');
    const idToken = tokens['id_token'] ?? '';
    await refused(verifier.verify(idToken), 'token_algorithm');
    const options = { issuer: server.issuer, audience: 'web', algorithms: ['ES256', 'RS256'] };
    await refused(createVerifier(options).verify(idToken), 'token_type');
    const plain = await obtainTokens(new RelyingParty(server.issuer), { client_id: 'web', scope: 'openid' });
    await refused(verifier.verify(plain.tokens['access_token'] ?? ''), 'token_malformed');
  });

  it('for Gatehouse’s own API are refused [13]', async () => {
    const token = await tokenFor(`${server.issuer}/v1`, 'candidates:read');
    await refused(verifier.verify(token), 'token_claim', 'aud');
  });

  it('of the next key are good without a request: it was published the day before', async () => {
    const before = await tokenFor();
    await goOn(29 * DAY);
    gatewayClock.advance(361);
    await verifier.verify(before);
    assert.deepEqual(fetched, [JWKS]);
    await goOn(DAY);
    const after = await tokenFor();
    assert.notEqual(decodeProtectedHeader(after).kid, decodeProtectedHeader(before).kid);
    await verifier.verify(after);
    await verifier.verify(before);
    assert.deepEqual(fetched, [JWKS]);
  });

  it('of a key that signs as soon as it is published are good with one request', async () => {
    const before = await tokenFor();
    await rotateKeys(keyParts(), { now: true });
    await server.gatehouse.keys.reload();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenFor()));
    await Promise.all(tokens.map((token) => verifier.verify(token)));
    await verifier.verify(before);
    assert.deepEqual(fetched, [JWKS]);
  });
});
