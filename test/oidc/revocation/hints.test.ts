import assert from 'node:assert/strict';
import { SECRET } from '../../support/declaration.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';

const API = 'https://api.example.com';
const web = { id: 'web' };
const service = { id: 'service', secret: SECRET };
const confidential = { id: 'confidential', secret: SECRET };
const OFFLINE = {
  client_id: 'web',
  scope: 'openid offline_access orders:read',
  resource: API,
  prompt: 'consent',
};
/** None of them, and the wrong ones: a hint is where to look first (RFC 7662 §2.1, RFC 7009 §2.1). */
const HINTS = ['access_token', 'refresh_token', 'id_token', 'urn:example:none', ''];

describe('a token that is looked at', () => {
  let server: TestServer;
  let clock: TestClock;
  let party: RelyingParty;
  before(async () => {
    clock = new TestClock();
    server = await startServer({ clock });
    party = new RelyingParty(server.issuer);
  });
  after(() => server.close());

  const introspect = async (token: string, token_type_hint = '') =>
    (await party.post('/oauth2/introspect', { token, token_type_hint }, confidential)).body;
  const revoke = async (token: string, client: { id: string; secret?: string }, token_type_hint = '') => {
    const { status, body } = await party.post('/oauth2/revoke', { token, token_type_hint }, client);
    assert.deepEqual([status, body], [200, {}]);
  };
  const refresh = (refresh_token: string) => party.token({ grant_type: 'refresh_token', refresh_token }, web);
  const person = async () => {
    const { access_token = '', refresh_token = '' } = (await obtainTokens(party, OFFLINE)).tokens;
    return { access_token, refresh_token };
  };
  const machine = async () => {
    const parameters = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
    return String((await party.token(parameters, service)).body.access_token);
  };

  const KINDS = {
    'a person’s JWT': { client: web, issue: async () => (await person()).access_token },
    'a machine’s JWT': { client: service, issue: machine },
  };
  for (const [kind, { client, issue }] of Object.entries(KINDS))
    it(`is found and ended whatever it is said to be: ${kind}`, async () => {
      for (const hint of HINTS) {
        const token = await issue();
        assert.equal((await introspect(token, hint)).active, true, `introspected as ${hint}`);
        await revoke(token, client, hint);
        assert.deepEqual(await introspect(token, hint), { active: false }, `revoked as ${hint}`);
      }
    });

  it('is found and ended whatever it is said to be: a refresh token', async () => {
    for (const hint of HINTS) {
      const { access_token, refresh_token } = await person();
      const { body } = await party.post('/oauth2/introspect', { token: refresh_token, token_type_hint: hint }, web);
      assert.equal(body.active, true, `introspected as ${hint}`);
      await revoke(refresh_token, web, hint);
      assert.deepEqual(await introspect(access_token), { active: false }, `revoked as ${hint}`);
      assert.equal((await refresh(refresh_token)).status, 400);
    }
  });

  it('is nothing any more when it has expired: a JWT, whose revocation ends nothing', async () => {
    const { access_token, refresh_token } = await person();
    const ofMachine = await machine();
    for (const token of [access_token, ofMachine]) assert.equal((await introspect(token)).active, true);
    clock.advance(960);
    for (const token of [access_token, ofMachine]) assert.deepEqual(await introspect(token), { active: false });
    await revoke(access_token, web);
    await revoke(ofMachine, service);
    const { status, body } = await refresh(refresh_token);
    assert.equal(status, 200, 'what it was issued with goes on');
    assert.equal((await party.post('/oauth2/introspect', { token: body.refresh_token }, web)).body.active, true);
  });
});
