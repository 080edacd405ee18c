import assert from 'node:assert/strict';
import { CALLBACK, SECRET } from '../../support/declaration.ts';
import { answerOf, askSilently, newPerson, signIn, signInAt } from '../../support/people.ts';
import { RelyingParty, registerAt } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const asksConsent = (page: Page) => page.text.includes('name="decision"');

describe('consent', () => {
  let server: TestServer;
  let party: RelyingParty;
  let agent: UserAgent;
  before(async () => {
    server = await startServer();
  });
  beforeEach(() => {
    party = new RelyingParty(server.issuer);
    agent = new UserAgent(server.issuer);
  });
  after(() => server.close());

  it('[24] is asked for by every client that is not first-party, and by none that is', async () => {
    for (const client_id of ['web', 'confidential', 'lenient', 'other', 'own']) {
      const fresh = new UserAgent(server.issuer);
      const redirect_uri = client_id === 'other' ? 'https://other.example/callback' : CALLBACK;
      const url = party.authorizeUrl({ client_id, redirect_uri, scope: 'openid' });
      const page = await signInAt(fresh, await fresh.open(url), await newPerson(server.issuer));
      assert.equal(asksConsent(page), client_id !== 'own', client_id);
      assert.equal(answerOf(page)['code'] !== undefined, client_id === 'own', client_id);
    }
  });

  it('[24] names the application and what it will see, before anything is given', async () => {
    const url = party.authorizeUrl({
      client_id: 'web',
      scope: 'openid email orders:read',
      resource: 'https://api.example.com',
    });
    const page = await signInAt(agent, await agent.open(url), await newPerson(server.issuer));
    assert.match(page.text, /Web shop/);
    assert.match(page.text, /Your e-mail address/);
    assert.match(page.text, /orders:read/);
    assert.match(page.text, /api\.example\.com/);
  });

  it('[24] is asked of who registers on the way too, before anything is issued', async () => {
    const issued = () =>
      server.db('oidc_artifacts').where({ client_id: 'web' }).whereNot({ model: 'Interaction' }).orderBy('id');
    const before = await issued();
    const page = await registerAt(agent, await agent.open(party.authorizeUrl({ client_id: 'web' })));
    assert.ok(asksConsent(page), page.text);
    assert.deepEqual([answerOf(page), await issued()], [{}, before]);
    assert.ok(answerOf(await agent.submit(page, { decision: 'allow' }))['code']);
    assert.equal((await issued()).length, before.length + 2, 'a grant, and a code');
  });

  it('[24] that is denied gives nothing, and is asked again', async () => {
    const page = await signInAt(
      agent,
      await agent.open(party.authorizeUrl({ client_id: 'web' })),
      await newPerson(server.issuer),
    );
    const denied = await agent.submit(page, { decision: 'deny' });
    assert.deepEqual([answerOf(denied)['error'], answerOf(denied)['code']], ['access_denied', undefined]);
    assert.ok(asksConsent(await agent.open(party.authorizeUrl({ client_id: 'web' }))));
  });

  it('[24] is for the scopes that were shown: more of them is asked again', async () => {
    await signIn(agent, party, { client_id: 'web', scope: 'openid' }, await newPerson(server.issuer));
    assert.ok((await askSilently(agent, party, { client_id: 'web', scope: 'openid' }))['code']);
    const more = { client_id: 'web', scope: 'openid email' };
    assert.equal((await askSilently(agent, party, more))['error'], 'consent_required');
    assert.ok(asksConsent(await agent.open(party.authorizeUrl(more))));
    const api = { client_id: 'web', scope: 'openid orders:read', resource: 'https://api.example.com' };
    assert.equal((await askSilently(agent, party, api))['error'], 'consent_required');
  });

  it('[24] is for one application: another is asked about by itself', async () => {
    await signIn(agent, party, { client_id: 'web', scope: 'openid' }, await newPerson(server.issuer));
    const other = { client_id: 'other', redirect_uri: 'https://other.example/callback', scope: 'openid' };
    assert.equal((await askSilently(agent, party, other))['error'], 'consent_required');
  });

  it('[24] cannot be skipped by what a request or a form says', async () => {
    const request = { client_id: 'web', scope: 'openid', first_party: 'true', prompt: 'login', skip_consent: 'true' };
    const page = await signInAt(agent, await agent.open(party.authorizeUrl(request)), await newPerson(server.issuer));
    assert.ok(asksConsent(page));
    for (const decision of ['', 'yes', 'ALLOW', 'allow ']) {
      const again = await agent.submit(page, { decision, first_party: 'true', email: 'x', password: 'x' });
      assert.ok(asksConsent(again), decision);
    }
    const uid = page.url.split('/').at(-1);
    const resumed = await agent.get(`/oauth2/authorize/${uid}`);
    assert.equal(answerOf(resumed)['code'], undefined);
  });

  it('[24] of a first-party application is given without a question, for more scopes later too', async () => {
    const own = { client_id: 'own', scope: 'openid' };
    const back = await signInAt(agent, await agent.open(party.authorizeUrl(own)), await newPerson(server.issuer));
    const { status, body } = await party.exchange(answerOf(back)['code'] ?? '', { id: 'own', secret: SECRET });
    assert.deepEqual([status, body.scope], [200, 'openid']);
    assert.ok((await askSilently(agent, party, { ...own, scope: 'openid email' }))['code']);
  });
});
