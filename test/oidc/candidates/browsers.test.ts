import assert from 'node:assert/strict';
import { sha256 } from '../../../src/kernel/ids.ts';
import { sittingIn } from '../../../src/oidc/index.ts';
import { SECRET } from '../../support/declaration.ts';
import { newEmail, obtainTokens, PASSWORD, registerAt } from '../../support/relying-party.ts';
import type { TestServer } from '../../support/server.ts';
import { claimsIn, type Sittings, startSittings } from '../../support/sittings.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

describe('a browser in which somebody else was signed in', () => {
  let server: TestServer;
  let sittings: Sittings;
  let close: () => Promise<void>;
  before(async () => {
    ({ server, sittings, close } = await startSittings());
  });
  after(() => close());

  const SHOP = { client_id: 'own', scope: 'openid email' };
  const user = () => obtainTokens(sittings.party, SHOP);
  const heading = ({ text }: Page): string => /<h1>(.*?)<\/h1>/.exec(text)?.[1] ?? '';

  it('[31] has another session from the press on, and the one before opens nothing', async () => {
    const { agent } = await user();
    const { gatehouse_session: before = '' } = await agent.cookies();
    await sittings.arrive(await sittings.invite((await sittings.session()).id), agent);
    const { gatehouse_session: after } = await agent.cookies();
    assert.notEqual(after, before);
    const stored = await server.db('oidc_artifacts').where({ model: 'Session', id: sha256(before) });
    assert.equal(stored.length, 0);
  });

  it('[32] is the candidate’s from the press on: the user is told before, and is out', async () => {
    const { agent, tokens, client } = await user();
    const { email = '' } = claimsIn(tokens['id_token'] ?? '') as { email?: string };
    const link = await sittings.invite((await sittings.session()).id);
    const page = await agent.open(link);
    assert.match(page.text, new RegExp(`${email || '@example.com'} is signed in here`));
    await sittings.arrive(link, agent);
    const refreshed = await sittings.party.token(
      { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' },
      client,
    );
    assert.equal(refreshed.status, 400);
    assert.equal((await sittings.userInfo(tokens['access_token'] ?? '')).status, 401);
    assert.equal(heading(await agent.open(sittings.party.authorizeUrl(SHOP))), 'Sign in');
  });

  it('[32] is the newer candidate’s: tokens of the one before end, and the page tells whose it is', async () => {
    const [first, second] = [await sittings.session(), await sittings.session({}, { name: 'Grace Hopper' })];
    const agent = await sittings.come(first);
    const before = await sittings.tokens(agent);
    const { access_token } = await sittings.apiTokens(agent);
    const link = await sittings.invite(second.id);
    assert.match((await agent.open(link)).text, /Ada Lovelace is signed in here/);
    await sittings.arrive(link, agent);
    assert.equal(claimsIn((await sittings.tokens(agent)).id_token)['sub'], second.candidate_id);
    assert.equal((await sittings.refresh(before.refresh_token)).status, 400);
    assert.equal((await sittings.asCandidate(access_token, 'GET', `/v1/sessions/${first.id}`)).status, 401);
  });

  it('is out of the session before when the candidate comes for another, and the page tells so while that one is live', async () => {
    const first = await sittings.session();
    const path = `/v1/candidates/${first.candidate_id}/sessions`;
    const { body: second } = await sittings.call('POST', path, { assessment: 'another' });
    const agent = await sittings.come(first);
    const { access_token } = await sittings.apiTokens(agent);
    const link = await sittings.invite(String(second['id']));
    const says = async () => (await agent.open(link)).text.match(/Another assessment of yours is open here/g)?.length;
    assert.equal(await says(), 1);
    assert.doesNotMatch((await agent.open(await sittings.invite(first.id))).text, /class="notice"/);
    await sittings.arrive(link, agent);
    assert.equal((await sittings.asCandidate(access_token, 'GET', `/v1/sessions/${first.id}`)).status, 401);
    await sittings.step(String(second['id']), 'terminate');
    const third = await sittings.invite(first.id);
    assert.doesNotMatch((await agent.open(third)).text, /Another assessment/);
  });

  it('[32] is the user’s again who signs in: the candidate’s tokens end', async () => {
    const email = newEmail();
    const elsewhere = new UserAgent(server.issuer);
    await registerAt(elsewhere, await elsewhere.open(sittings.party.authorizeUrl(SHOP)), email);
    const session = await sittings.session();
    const agent = await sittings.come(session);
    const { access_token } = await sittings.apiTokens(agent);
    const page = await agent.open(sittings.party.authorizeUrl(SHOP));
    const switching = await agent.submit(page, { email, password: PASSWORD });
    const back = await agent.submit(switching, {});
    const code = URL.parse(back.location ?? '')?.searchParams.get('code') ?? '';
    const { body } = await sittings.party.exchange(code, { id: 'own', secret: SECRET });
    const said = claimsIn(body.id_token);
    assert.notEqual(said['sub'], session.candidate_id);
    assert.equal(sittingIn(String(said['sid'])), undefined);
    assert.equal((await sittings.asCandidate(access_token, 'GET', `/v1/sessions/${session.id}`)).status, 401);
  });

  it('is changed by nobody who only opens the link, or cannot come in by it', async () => {
    const { agent } = await user();
    const link = await sittings.invite((await sittings.session()).id);
    const page = await agent.open(link);
    await sittings.arrive(link);
    const late = await agent.submit(page, {});
    assert.equal(late.status, 400);
    assert.equal(heading(late), 'This link was used already');
    const back = await agent.get(sittings.party.authorizeUrl(SHOP));
    assert.ok(URL.parse(back.location ?? '')?.searchParams.get('code'));
  });
});
