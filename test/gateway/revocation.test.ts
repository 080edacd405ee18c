import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { endClientArtifacts, endClientTokens } from '../../adapters/postgres/index.ts';
import { type AccountParts, disableUser } from '../../src/accounts/index.ts';
import { buildAccounts } from '../../src/build-accounts.ts';
import { type ClientParts, disableClient } from '../../src/clients/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { checkStatusLists, createVerifier, followRevocations, type Verifier } from '../../src/verifier/index.ts';
import { CALLBACK, SECRET } from '../support/declaration.ts';
import { type Gateway, startNode } from '../support/gateways.ts';
import { API } from '../support/issuer.ts';
import { at, closePair, type Pair, startPair } from '../support/pair.ts';
import { refused } from '../support/refusals.ts';
import { obtainTokens, RelyingParty } from '../support/relying-party.ts';
import { type Certificate, selfSigned } from '../support/self-signed.ts';
import { TestClock } from '../support/test-clock.ts';
import { until } from '../support/until.ts';

const yaml = `
require_verified_email: false
clients:
  - client_id: web
    redirect_uris: [${CALLBACK}]
    post_logout_redirect_uris: [https://app.example/bye]
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid email orders:read
  - client_id: other
    redirect_uris: [${CALLBACK}]
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid email orders:read
  - client_id: gateway
    client_secret: ${SECRET}
    grant_types: [client_credentials]
    scope: revocations:read
resources:
  - identifier: ${API}
    scopes: [orders:read]
`;
const REQUEST = { client_id: 'web', scope: 'openid email orders:read', resource: API };
const gateway = { id: 'gateway', secret: SECRET };
const CREDENTIALS = { clientId: gateway.id, clientSecret: gateway.secret };

describe('a gateway, when something is taken back', () => {
  let pair: Pair;
  /** Talks to the first node, where things end. */
  let party: RelyingParty;
  let parts: AccountParts;
  let following: Verifier;
  let reading: Verifier;
  const readersClock = new TestClock();
  let tls: Certificate;
  let authorize: Gateway;
  const settings = () => ({ ISSUER: party.issuer, AUDIENCE: API, CLIENT_ID: gateway.id });

  before(async () => {
    pair = await startPair({}, { yaml });
    party = new RelyingParty(pair[0].issuer);
    parts = buildAccounts(pair[0].config, { db: pair[0].db, redis: undefined }, systemClock);
    /** Reaches the other node by the issuer's name, as behind a load balancer. */
    const elsewhere: typeof fetch = (input, init) =>
      fetch(String(input).replace(party.issuer, at(party, pair[1]).issuer), init);
    const options = { issuer: party.issuer, audience: API };
    const revocations = followRevocations({ ...options, ...CREDENTIALS, fetch: elsewhere });
    following = createVerifier({ ...options, fetch: elsewhere, revocations });
    const lists = checkStatusLists({ ...options, fetch: elsewhere, clock: readersClock });
    reading = createVerifier({ ...options, fetch: elsewhere, clock: readersClock, revocations: lists });
    await Promise.all([following.ready(), reading.ready()]);
    tls = await selfSigned();
    authorize = await startNode('authorize.ts', tls, { ...settings(), CLIENT_SECRET: gateway.secret });
  });
  after(async () => {
    await authorize?.close();
    following?.close();
    reading?.close();
    await closePair(pair);
  });

  const isActive = async (token: string) => (await party.post('/oauth2/introspect', { token }, gateway)).body.active;
  const refresh = async (refresh_token = '') =>
    (await party.token({ grant_type: 'refresh_token', refresh_token }, { id: 'web' })).status;
  const authorized = async (token: string) =>
    (await authorize.ask('/authorize?scope=orders:read', { headers: { authorization: `Bearer ${token}` } })).status;
  const isRefused = (verifier: Verifier, token: string) =>
    verifier.verify(token).then(
      () => false,
      ({ code }) => code === 'token_revoked',
    );
  /** Tokens that everybody takes. */
  const signIn = async (request = REQUEST) => {
    const { tokens, agent } = await obtainTokens(party, request);
    const { access_token = '', refresh_token = '', id_token = '' } = tokens;
    assert.equal(await isActive(access_token), true);
    for (const verifier of [following, reading]) await verifier.verify(access_token);
    await until('the process has its list', async () => (await authorized(access_token)) === 204);
    return { access_token, refresh_token, id_token, agent };
  };
  /** Milliseconds from an end until a verifier that follows the other node refuses, until introspection does; what that said first. */
  const noticed = async (token: string, end: () => Promise<unknown>) => {
    await end();
    const ended = performance.now();
    const since = () => performance.now() - ended;
    const introspected = isActive(token);
    const [took, introspection] = await Promise.all([
      until('the verifier refuses', () => isRefused(following, token), 1000).then(since),
      until('introspection refuses', async () => !(await introspected) || !(await isActive(token)), 1000).then(since),
    ]);
    return { took, introspection, active: await introspected };
  };
  /** Milliseconds by its clock that a reader of the status list goes on with what it read. */
  const readOn = async (token: string) => {
    const began = readersClock.now().getTime();
    while (!(await isRefused(reading, token))) {
      assert.ok(readersClock.now().getTime() - began < 60_000, 'within the ttl');
      readersClock.advance(1);
    }
    return readersClock.now().getTime() - began;
  };
  const tell = (what: string, took: readonly number[]) =>
    process.stdout.write(`      ${what}: refused after ${took.map((each) => each.toFixed(0)).join(', ')} ms\n`);

  it('is told by introspection at once, by the list that it follows on another node within a second, by a status list within its ttl', async () => {
    const took: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      const { access_token, refresh_token } = await signIn();
      const revoke = async () => {
        const { status } = await party.post('/oauth2/revoke', { token: refresh_token }, { id: 'web' });
        assert.equal(status, 200);
      };
      const seen = await noticed(access_token, revoke);
      assert.equal(seen.active, false, 'at once, where it was revoked');
      took.push(seen.took);
      await until('the process that nginx asks refuses', async () => (await authorized(access_token)) === 401, 1000);
      await reading.verify(access_token);
      readersClock.advance(59.9);
      await reading.verify(access_token);
      readersClock.advance(0.1);
      await refused(reading.verify(access_token), 'token_revoked');
    }
    tell('revoked on one node, the other one followed', took);
  });

  it('refuses everything of a person who is disabled, by whatever process that is done, in each of the three ways', async () => {
    const [introspected, followed, read]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < 2; round += 1) {
      const { access_token, refresh_token } = await signIn();
      const disable = () => disableUser(parts, decodeJwt(access_token).sub ?? '');
      const { took, introspection } = await noticed(access_token, disable);
      introspected.push(introspection);
      followed.push(took);
      read.push(await readOn(access_token));
      assert.equal(await refresh(refresh_token), 400);
    }
    tell('disabled beside the nodes, by introspection', introspected);
    tell('disabled beside the nodes, the other one followed', followed);
    tell('disabled beside the nodes, by a reader of the status list, whose clock says so', read);
  });

  it('refuses what an application holds that is disabled, where it asks or follows; status lists do not tell of it', async () => {
    const { db } = pair[0];
    const clients: ClientParts = {
      db,
      clock: systemClock,
      endAccess: (id) => endClientArtifacts(db, id),
      endTokens: endClientTokens({ clock: systemClock }),
    };
    const { access_token } = await signIn({ ...REQUEST, client_id: 'other' });
    const other = await signIn();
    const { took, introspection } = await noticed(access_token, () => disableClient(clients, 'other'));
    tell('its application disabled beside the nodes, by introspection', [introspection]);
    tell('its application disabled beside the nodes, the other one followed', [took]);
    await until('the process that nginx asks refuses', async () => (await authorized(access_token)) === 401, 1000);
    readersClock.advance(60);
    await reading.verify(access_token);
    assert.equal(await isActive(other.access_token), true);
    await following.verify(other.access_token);
  });

  it('does not start with half of its credentials, as though it followed', async () => {
    await assert.rejects(startNode('authorize.ts', tls, settings()), /clientId, clientSecret: both/);
  });

  it('refuses after a logout, as refresh and introspection do, and goes on with other devices', async () => {
    const { access_token, refresh_token, id_token, agent } = await signIn();
    const other = await signIn();
    const { took, active } = await noticed(access_token, async () => {
      const asked = await agent.open(`${party.issuer}/oauth2/logout?id_token_hint=${id_token}`);
      await agent.submit(asked, { logout: 'yes' });
    });
    assert.equal(active, false, 'at once');
    assert.equal(await refresh(refresh_token), 400);
    tell('signed out on one node, the other one followed', [took]);
    readersClock.advance(60);
    await refused(reading.verify(access_token), 'token_revoked');
    await until('the process that nginx asks refuses', async () => (await authorized(access_token)) === 401, 1000);
    assert.equal(await isActive(other.access_token), true);
    for (const verifier of [following, reading]) await verifier.verify(other.access_token);
    assert.equal(await refresh(other.refresh_token), 200);
  });
});
