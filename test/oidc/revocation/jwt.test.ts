import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { type AccountParts, disableUser, endSession, takeBackAccess } from '../../../src/accounts/index.ts';
import { buildAccounts } from '../../../src/build-accounts.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { SECRET } from '../../support/declaration.ts';
import { at, closePair, type Pair, startPair } from '../../support/pair.ts';
import { obtainCode, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { UserAgent } from '../../support/user-agent.ts';

const MASTER_KEY = randomBytes(32).toString('base64');
const API = 'https://api.example.com';
const web = { id: 'web' };
const confidential = { id: 'confidential', secret: SECRET };
const service = { id: 'service', secret: SECRET };
const FOR_API = { client_id: 'web', scope: 'openid email orders:read', resource: API };
const OFFLINE = { ...FOR_API, scope: 'openid email offline_access orders:read', prompt: 'consent' };
/** Milliseconds in which every node is told. One that was not looks every 30 s. */
const WITHIN = 1000;

describe('a JWT access token', () => {
  let pair: Pair;
  let party: RelyingParty;
  let elsewhere: RelyingParty;
  let parts: AccountParts;
  before(async () => {
    pair = await startPair({ MASTER_KEY });
    party = new RelyingParty(pair[0].issuer);
    elsewhere = at(party, pair[1]);
    parts = buildAccounts(pair[0].config, { db: pair[0].db, redis: undefined }, systemClock);
  });
  after(() => closePair(pair));

  const introspect = async (token: string, by = party, client: { id: string; secret?: string } = confidential) =>
    (await by.post('/oauth2/introspect', { token }, client)).body;
  const isActive = async (token: string, by = party) => (await introspect(token, by)).active;
  const revoke = (token: string, client: { id: string; secret?: string }, by = party) =>
    by.post('/oauth2/revoke', { token }, client);
  const machine = async () => {
    const parameters = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
    return String((await party.token(parameters, service)).body.access_token);
  };
  /** Tells of a token that nobody refuses yet; ends it; every node refuses it. */
  const dies = async (token: string, end: () => Promise<unknown>) => {
    assert.deepEqual([await isActive(token), await isActive(token, elsewhere)], [true, true]);
    await end();
    assert.equal(await isActive(token), false, 'where it ended, at once');
    await until('the other node refuses it', async () => !(await isActive(token, elsewhere)), WITHIN);
  };
  const refreshed = async (refresh_token: string | undefined) =>
    (await party.token({ grant_type: 'refresh_token', refresh_token: refresh_token ?? '' }, web)).status;

  it('tells of itself as an opaque one does', async () => {
    const { tokens } = await obtainTokens(party, FOR_API);
    const claims = decodeJwt(tokens['access_token'] ?? '');
    const { active, ...told } = await introspect(tokens['access_token'] ?? '', elsewhere);
    assert.equal(active, true);
    const { sub, jti, iat, exp, sid } = claims;
    const expected = { sub, jti, iat, exp, sid, iss: party.issuer, aud: API, scope: 'orders:read', client_id: 'web' };
    assert.deepEqual(told, { ...expected, token_type: 'Bearer' });
  });

  it('of two scopes, for an application of the operator’s own, is under 900 bytes, and says nothing of its person', async () => {
    const request = { client_id: 'own', scope: 'openid email orders:read orders:write', resource: API };
    const far = 'https://identity.production.customer.example';
    const env = { MASTER_KEY, ISSUER: far };
    const third = await startServer({ env, databaseUrl: pair[0].config.databaseUrl ?? '' });
    try {
      for (const [by, issuer] of [
        [party, party.issuer],
        [at(party, third), far],
      ] as const) {
        const { code } = await obtainCode(party, request);
        const { body } = await by.exchange(code, { id: 'own', secret: SECRET });
        const token = String(body.access_token);
        const claims = decodeJwt(token);
        assert.deepEqual([claims.iss, claims['scope']], [issuer, 'orders:read orders:write']);
        assert.ok(token.length < 900, String(token.length));
        const names = ['aud', 'client_id', 'exp', 'iat', 'iss', 'jti', 'scope', 'sid', 'status', 'sub'];
        assert.deepEqual(Object.keys(claims).sort(), names);
      }
    } finally {
      await third.close();
    }
  });

  it('ends when it is revoked itself, with what was refreshed from', async () => {
    const { tokens } = await obtainTokens(party, OFFLINE);
    const token = tokens['access_token'] ?? '';
    await dies(token, async () => assert.equal((await revoke(token, web)).status, 200));
    assert.equal(await refreshed(tokens['refresh_token']), 400);
  });

  it('of a machine ends when it is revoked, and no other of its', async () => {
    const [token, other] = [await machine(), await machine()];
    await dies(token, async () => assert.equal((await revoke(token, service)).status, 200));
    assert.equal(await isActive(other), true);
  });

  it('ends with its refresh token, on whichever node that is revoked', async () => {
    const { tokens } = await obtainTokens(party, OFFLINE);
    const token = tokens['access_token'] ?? '';
    await revoke(tokens['refresh_token'] ?? '', web, elsewhere);
    await until('the other node refuses it', async () => !(await isActive(token)), WITHIN);
  });

  it('ends when somebody signs out at an application; on other devices they stay signed in', async () => {
    const { tokens, agent } = await obtainTokens(party, FOR_API);
    const { email } = await userOf(tokens['id_token'] ?? '');
    const device = new UserAgent(party.issuer);
    const again = await device.open(party.authorizeUrl(FOR_API));
    const back = await device.submit(await device.submit(again, { email, password: 'correct horse battery staple' }), {
      decision: 'allow',
    });
    const code = URL.parse(back.location ?? '')?.searchParams.get('code') ?? '';
    const { body: other } = await party.exchange(code, web);
    await dies(tokens['access_token'] ?? '', async () => {
      const asked = await agent.open(`${party.issuer}/oauth2/logout?id_token_hint=${tokens['id_token']}`);
      await agent.submit(asked, { logout: 'yes' });
    });
    assert.equal(await refreshed(tokens['refresh_token']), 400);
    assert.equal(await isActive(other.access_token), true);
    assert.equal(await refreshed(other.refresh_token), 200);
  });

  it('ends with the session, the consent, and the account that it came from', async () => {
    const ends: Record<string, (sub: string) => Promise<unknown>> = {
      'its session is ended from elsewhere': async (sub) => {
        const [session] = await parts.personal.sessions(parts.db, sub);
        await endSession(parts, sub, session?.uid ?? '');
      },
      'access is taken back': (sub) => takeBackAccess(parts, sub, 'web'),
      'everything ends': (sub) => parts.db.transaction((transaction) => parts.endSessions(transaction, sub)),
      '[33] the account is disabled': (sub) => disableUser(parts, sub),
    };
    for (const [what, end] of Object.entries(ends)) {
      const { tokens } = await obtainTokens(party, OFFLINE);
      const token = tokens['access_token'] ?? '';
      assert.equal(await isActive(token), true, what);
      await end(decodeJwt(token).sub ?? '');
      for (const node of [party, elsewhere]) await until(what, async () => !(await isActive(token, node)), WITHIN);
      assert.equal(await refreshed(tokens['refresh_token']), 400, what);
    }
  });

  it('ends with everything of its person, and a sign-in of the same second is not meant', async () => {
    const { tokens } = await obtainTokens(party, FOR_API);
    const { sub = '', email } = await userOf(tokens['id_token'] ?? '');
    await parts.db.transaction((transaction) => parts.endSessions(transaction, sub));
    const device = new UserAgent(party.issuer);
    const page = await device.open(party.authorizeUrl(FOR_API));
    const back = await device.submit(await device.submit(page, { email, password: 'correct horse battery staple' }), {
      decision: 'allow',
    });
    const code = URL.parse(back.location ?? '')?.searchParams.get('code') ?? '';
    const { body } = await party.exchange(code, web);
    await until('the old one is refused', async () => !(await isActive(tokens['access_token'] ?? '')), WITHIN);
    assert.equal(await isActive(body.access_token), true);
  });

  it('opens /v1 no more once it was revoked', async () => {
    const parameters = { grant_type: 'client_credentials', scope: 'candidates:read', resource: `${party.issuer}/v1` };
    const token = String((await party.token(parameters, service)).body.access_token);
    const call = () => fetch(`${party.issuer}/v1/keys`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal((await call()).status, 403);
    await revoke(token, service);
    const refused = await call();
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
  });

  it('that is somebody else’s is left alone, and nobody is told (RFC 7009)', async () => {
    const { tokens, agent } = await obtainTokens(party, OFFLINE);
    const { tokens: opaque } = await obtainTokens(party, { client_id: 'web', scope: 'openid email' }, agent);
    assert.equal(opaque['access_token']?.includes('.'), false);
    const theirs = [tokens['access_token'], tokens['refresh_token'], opaque['access_token']].map(String);
    for (const stranger of [confidential, service])
      for (const token of theirs) {
        const { status, body } = await revoke(token, stranger);
        assert.deepEqual([status, body], [200, {}]);
        assert.equal((await introspect(token, party, web)).active, true);
      }
    assert.equal(await refreshed(tokens['refresh_token']), 200);
  });

  async function userOf(idToken: string): Promise<{ sub: string; email: string }> {
    const { sub = '' } = decodeJwt(idToken);
    const { email } = await pair[0].db('users').where({ id: sub }).first('email');
    return { sub, email };
  }
});
