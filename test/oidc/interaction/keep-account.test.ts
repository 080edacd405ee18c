import assert from 'node:assert/strict';
import { type AccountParts, requestDeletion } from '../../../src/accounts/index.ts';
import { buildAccounts } from '../../../src/build-accounts.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { answerOf, askSilently, newPerson, type Person, signIn, signInAt } from '../../support/people.ts';
import { consentAt, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const request = { client_id: 'web', scope: 'openid email', state: 'kept' };

describe('an account that is to be deleted', () => {
  let server: TestServer;
  let party: RelyingParty;
  let agent: UserAgent;
  let parts: AccountParts;
  let person: Person;
  before(async () => {
    server = await startServer();
    parts = buildAccounts(server.config, { db: server.db, redis: undefined }, systemClock);
  });
  beforeEach(async () => {
    party = new RelyingParty(server.issuer);
    agent = new UserAgent(server.issuer);
    person = await newPerson(server.issuer);
  });
  after(() => server.close());

  const user = () => server.db('users').where({ email: person.email }).first();
  const asks = (page: Page) => /<h1>Keep your account\?<\/h1>/.test(page.text);
  const open = () => agent.open(party.authorizeUrl(request));

  it('[33] is out everywhere at once', async () => {
    await signIn(agent, party, request, person);
    const { tokens } = await obtainTokens(party, request, agent);
    await requestDeletion(parts, (await user()).id);
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' };
    assert.equal((await party.token(refresh, { id: 'web' })).body.error, 'invalid_grant');
    const headers = { authorization: `Bearer ${tokens['access_token']}` };
    assert.equal((await fetch(`${server.issuer}/oauth2/userinfo`, { headers })).status, 401);
    assert.equal((await askSilently(agent, party, request))['error'], 'login_required');
  });

  it('is kept by whoever signs in and says so, and the sign-in goes on', async () => {
    await requestDeletion(parts, (await user()).id);
    const page = await signInAt(agent, await open(), person);
    assert.ok(asks(page));
    assert.match(page.text, new RegExp(person.email));
    const back = await consentAt(agent, await agent.submit(page, { decision: 'keep' }));
    assert.ok(answerOf(back)['code']);
    assert.equal(answerOf(back)['state'], 'kept');
    assert.equal((await user()).deletion_due_at, null);
    assert.ok((await askSilently(agent, party, request))['code']);
  });

  it('gives no application anything before that, and is left as it was by anything else', async () => {
    const { id } = await user();
    const due = await requestDeletion(parts, id);
    const page = await signInAt(agent, await open(), person);
    for (const decision of ['', 'yes', 'KEEP']) assert.ok(asks(await agent.submit(page, { decision })), decision);
    const forged = await agent.post(page.url, { decision: 'keep', _csrf: 'forged' });
    assert.ok(asks(forged), '[35] a form from elsewhere keeps nothing');
    assert.equal((await askSilently(agent, party, request))['error'], 'interaction_required');
    assert.ok(asks(await open()), 'another request asks the same');
    const left = await agent.submit(page, { decision: 'leave' });
    assert.deepEqual([answerOf(left)['error'], answerOf(left)['code']], ['access_denied', undefined]);
    assert.deepEqual((await user()).deletion_due_at, due);
  });
});
