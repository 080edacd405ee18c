import assert from 'node:assert/strict';
import { connectRedis } from '../../../adapters/redis/index.ts';
import { type AccountParts, disableUser, enableUser } from '../../../src/accounts/index.ts';
import { buildAccounts } from '../../../src/build-accounts.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { SECRET } from '../../support/declaration.ts';
import { askSilently, newPerson, type Person, signIn, signInAt } from '../../support/people.ts';
import { startRedis } from '../../support/redis.ts';
import { obtainCode, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const client = { id: 'confidential', secret: SECRET };
const request = { client_id: 'confidential', scope: 'openid email offline_access', prompt: 'consent' };

for (const store of ['PostgreSQL', 'Redis'] as const) {
  describe(`a disabled user, with ${store}`, () => {
    const undo: (() => Promise<unknown>)[] = [];
    let server: TestServer;
    let party: RelyingParty;
    let parts: AccountParts;
    let person: Person;
    let agent: UserAgent;
    before(async () => {
      const node = store === 'Redis' ? await startRedis() : undefined;
      if (node) undo.push(node.stop);
      server = await startServer({ env: node ? { REDIS_URL: node.url } : {} });
      undo.push(server.close);
      const redis = node && (await connectRedis([node.url], () => undefined));
      if (redis) undo.push(redis.close);
      parts = buildAccounts(server.config, { db: server.db, redis }, systemClock);
    });
    beforeEach(async () => {
      party = new RelyingParty(server.issuer);
      agent = new UserAgent(server.issuer);
      person = await newPerson(server.issuer);
      await signIn(agent, party, request, person);
    });
    after(async () => {
      for (const step of undo.reverse()) await step();
    });

    const idOf = async ({ email }: Person): Promise<string> =>
      (await server.db('users').where({ email }).first('id')).id;
    const isActive = async (token: string | undefined) =>
      (await party.post('/oauth2/introspect', { token: token ?? '' }, client)).body.active;
    const userinfo = async (token: string | undefined) =>
      (await fetch(`${server.issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status;
    const isNoMatch = (page: Page) => /don’t match/.test(page.text);

    it('[33] has no session, no refresh and no live token from that moment on', async () => {
      const { tokens } = await obtainTokens(party, request, agent);
      const { access_token, refresh_token = '' } = tokens;
      assert.deepEqual([await isActive(access_token), await isActive(refresh_token)], [true, true]);
      assert.equal(await userinfo(access_token), 200);
      await disableUser(parts, await idOf(person));
      assert.deepEqual([await isActive(access_token), await isActive(refresh_token)], [false, false]);
      assert.equal(await userinfo(access_token), 401);
      const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token }, client);
      assert.deepEqual([refreshed.status, refreshed.body.error], [400, 'invalid_grant']);
      assert.equal((await askSilently(agent, party, request))['error'], 'login_required');
    });

    it('[33] gets no tokens for a code that was not used yet, nor by a sign-in that was under way', async () => {
      const other = new UserAgent(server.issuer);
      const page = await other.open(party.authorizeUrl(request));
      const asked = await signInAt(other, page, person);
      assert.match(asked.text, /name="decision"/);
      const { code } = await obtainCode(party, request, agent);
      await disableUser(parts, await idOf(person));
      assert.equal((await party.exchange(code, client)).body.error, 'invalid_grant');
      const back = await other.submit(asked, { decision: 'allow' });
      assert.match(back.text, /Please sign in again/);
    });

    it('[33] is not signed in again before being enabled, and has to sign in anew then', async () => {
      const id = await idOf(person);
      await disableUser(parts, id);
      const page = await agent.open(party.authorizeUrl({ client_id: 'web' }));
      assert.ok(isNoMatch(await signInAt(agent, page, person)));
      await enableUser(parts, id);
      assert.equal((await askSilently(agent, party, { client_id: 'web' }))['error'], 'login_required');
      assert.match((await signInAt(agent, page, person)).text, /name="decision"/);
    });
  });
}
