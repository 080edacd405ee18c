import assert from 'node:assert/strict';
import { SECRET } from '../../support/declaration.ts';
import { newestMail } from '../../support/demo.ts';
import { startRedis } from '../../support/redis.ts';
import { newEmail, obtainCode, PASSWORD, RelyingParty, registerAt } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const client = { id: 'confidential', secret: SECRET };
const request = { client_id: 'confidential', scope: 'openid offline_access', prompt: 'consent' };

for (const store of ['PostgreSQL', 'Redis'] as const) {
  describe(`a new password, with ${store}`, () => {
    const undo: (() => Promise<unknown>)[] = [];
    let server: TestServer;
    let party: RelyingParty;
    before(async () => {
      const redis = store === 'Redis' ? await startRedis() : undefined;
      if (redis) undo.push(redis.stop);
      server = await startServer({ jobs: true, env: redis ? { REDIS_URL: redis.url } : {} });
      undo.push(server.close);
      party = new RelyingParty(server.issuer);
    });
    after(async () => {
      for (const step of undo.reverse()) await step();
    });

    /** Somebody who is signed in somewhere, and the way to reset their password. */
    async function person() {
      const email = newEmail();
      const home = new UserAgent(server.issuer);
      await registerAt(home, await home.open(party.authorizeUrl({ client_id: 'web' })), email);
      const reset = async () => {
        await home.submit(await home.open('/account/forgot-password'), { email });
        const { links } = await newestMail(server.issuer, email, 'Set a new password');
        const page = await home.open(links[0] ?? '');
        return home.submit(page, { password: 'an entirely different battery' });
      };
      return { email, home, reset };
    }

    it('[28] ends a sign-in that had proved the old one and was not gone on with', async () => {
      const { email, reset } = await person();
      const thief = new UserAgent(server.issuer);
      const page = await thief.open(party.authorizeUrl(request));
      const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1] ?? '';
      const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      const proved = await thief.post(action, { _csrf, email, password: PASSWORD });
      assert.equal(proved.status, 303);
      assert.match((await reset()).text, /password/i);
      const resumed = await thief.follow(proved);
      assert.match(resumed.text, /Please sign in again/);
    });

    it('[28] ends a code that was not used yet', async () => {
      const { home, reset } = await person();
      const { code } = await obtainCode(party, request, home);
      await reset();
      const { status, body } = await party.exchange(code, client);
      assert.deepEqual([status, body.error], [400, 'invalid_grant']);
    });
  });
}
