import assert from 'node:assert/strict';
import { bearer } from '../../support/api.ts';
import type { TestServer } from '../../support/server.ts';
import { claimsIn, type Sittings, startSittings } from '../../support/sittings.ts';
import { UserAgent } from '../../support/user-agent.ts';

describe('a candidate', () => {
  let server: TestServer;
  let sittings: Sittings;
  let close: () => Promise<void>;
  before(async () => {
    ({ server, sittings, close } = await startSittings());
  });
  after(() => close());

  it('is signed in at applications for candidates alone', async () => {
    const agent = await sittings.come(await sittings.session());
    const silent = await agent.get(sittings.party.authorizeUrl({ client_id: 'web', prompt: 'none' }));
    assert.equal(URL.parse(silent.location ?? '')?.searchParams.get('error'), 'login_required');
  });

  it('[24] is asked by an application that is not the operator’s own', async () => {
    const agent = await sittings.come(await sittings.session());
    const url = sittings.party.authorizeUrl({ client_id: 'foreign', scope: 'openid email assessment' });
    const page = await agent.open(url);
    assert.match(page.text, /Signed in as <strong>Ada Lovelace<\/strong>/);
    assert.match(page.text, /Which assessment you take/);
    const back = await agent.submit(page, { decision: 'allow' });
    const code = URL.parse(back.location ?? '')?.searchParams.get('code') ?? '';
    const { body } = await sittings.party.exchange(code, { id: 'foreign' });
    const { sid } = claimsIn((await sittings.apiTokens(agent)).access_token);
    assert.equal(claimsIn(body.id_token)['sid'], sid);
  });

  it('has no account, and is told so; whoever has one as well may sign in to it', async () => {
    const agent = await sittings.come(await sittings.session());
    for (const path of ['/account', '/account/password', '/account/sessions', '/account/delete']) {
      const page = await agent.open(path);
      assert.equal(page.status, 403, path);
      assert.match(page.text, /<h1>You’re here for an assessment<\/h1>/);
      const signIn = /href="(\/account[^"]*sign_in)"/.exec(page.text)?.[1];
      assert.match((await agent.open(signIn ?? '')).text, /<h1>Sign in<\/h1>/);
    }
    const { access_token } = await sittings.apiTokens(agent);
    const me = await sittings.api.call('GET', '/v1/me', { headers: bearer(access_token) });
    assert.deepEqual([me.status, me.body['code']], [403, 'person_required']);
  });

  it('signs out as everybody does', async () => {
    const session = await sittings.session();
    const agent = await sittings.come(session);
    const { access_token } = await sittings.apiTokens(agent);
    const page = await agent.open('/oauth2/logout?client_id=assess');
    assert.match(page.text, /Ada Lovelace/);
    const stay = await agent.submit(page, {});
    assert.match(stay.text, /<h1>You’re still signed in<\/h1>/);
    const out = await agent.submit(await agent.open('/oauth2/logout?client_id=assess'), { logout: 'yes' });
    assert.match(out.text, /<h1>You’re signed out<\/h1>/);
    assert.equal((await sittings.asCandidate(access_token, 'GET', `/v1/sessions/${session.id}`)).status, 401);
  });

  it('[41] reaches the session that they came for, and no other', async () => {
    const [session, other] = [await sittings.session(), await sittings.session()];
    const { access_token } = await sittings.apiTokens(await sittings.come(session));
    const call = (id: string) => sittings.asCandidate(access_token, 'GET', `/v1/sessions/${id}`);
    assert.equal((await call(session.id)).status, 200);
    assert.equal((await call(other.id)).status, 404);
    for (const what of ['invitations', 'resume-code']) {
      const answer = await sittings.asCandidate(access_token, 'POST', `/v1/sessions/${session.id}/${what}`, {
        client_id: 'assess',
      });
      assert.equal(answer.status, 403, what);
    }
  });

  it('who has no sign-in finds the way to a code on the page that asks for a password', async () => {
    const agent = new UserAgent(server.issuer);
    const page = await agent.open(sittings.authorizeUrl({ login_hint: (await sittings.session()).candidate_id }));
    assert.match(page.text, /href="\/candidate\/resume"/);
    assert.doesNotMatch(page.text, /name="email"[^>]*value=/);
    const shop = await new UserAgent(server.issuer).open(sittings.party.authorizeUrl({ client_id: 'web' }));
    assert.doesNotMatch(shop.text, /candidate/);
  });
});
