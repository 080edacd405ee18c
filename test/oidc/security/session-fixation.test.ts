import assert from 'node:assert/strict';
import { allCookies, cookieOf, plantCookie } from '../../support/cookies.ts';
import { answerOf, askSilently, newPerson, type Person, signIn, signInAt } from '../../support/people.ts';
import { RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const request = { client_id: 'own', scope: 'openid' };

describe('a session or a sign-in made by somebody else', () => {
  let server: TestServer;
  let party: RelyingParty;
  let [attacker, victim]: [UserAgent, UserAgent] = [] as unknown as [UserAgent, UserAgent];
  let [mallory, ada]: [Person, Person] = [] as unknown as [Person, Person];
  before(async () => {
    server = await startServer();
    [mallory, ada] = [await newPerson(server.issuer), await newPerson(server.issuer)];
  });
  beforeEach(() => {
    party = new RelyingParty(server.issuer);
    [attacker, victim] = [new UserAgent(server.issuer), new UserAgent(server.issuer)];
  });
  after(() => server.close());

  const url = (more: Record<string, string> = {}) => party.authorizeUrl({ ...request, ...more });
  const sessionOf = async (agent: UserAgent) => (await cookieOf(agent, 'gatehouse_session')).value;
  /** Gives one browser all that another has, as a neighbouring subdomain could. */
  const plantAll = async (from: UserAgent, into: UserAgent, names: RegExp) => {
    for (const cookie of (await allCookies(from)).filter(({ key }) => names.test(key)))
      await plantCookie(into, server.issuer, cookie);
  };

  it('[31] gives the session another id at sign-in, at every new one, and at each change of person', async () => {
    const seen: string[] = [];
    for (const person of [ada, ada, mallory, ada]) {
      await signIn(victim, party, { ...request, prompt: 'login' }, person);
      seen.push(await sessionOf(victim));
    }
    assert.equal(new Set(seen).size, seen.length);
    for (const old of seen.slice(0, -1)) {
      const thief = new UserAgent(server.issuer);
      await plantAll(victim, thief, /^gatehouse_session/);
      await plantCookie(thief, server.issuer, { key: 'gatehouse_session', value: old, path: '/' });
      assert.equal((await askSilently(thief, party, request))['error'], 'login_required');
    }
    assert.equal((await server.db('oidc_artifacts').where({ model: 'Session' })).length, 1);
  });

  it('[31] leaves whoever planted a session signed out when its owner signs in', async () => {
    await signIn(attacker, party, request, mallory);
    const planted = await sessionOf(attacker);
    await plantAll(attacker, victim, /^gatehouse_session/);
    await signIn(victim, party, { ...request, prompt: 'login' }, ada);
    assert.notEqual(await sessionOf(victim), planted);
    assert.equal((await askSilently(attacker, party, request))['error'], 'login_required');
  });

  it('[31] signs nobody in by a sign-in that was planted in another’s browser and answered there', async () => {
    const page = await attacker.open(url());
    await plantAll(attacker, victim, /^gatehouse_(interaction|resume)/);
    const planted = await victim.get(page.url);
    const answered = await victim.post(planted.url, { ...ada, _csrf: csrfOf(planted.text) });
    assert.match(answered.location ?? '', /\/oauth2\/authorize\//, 'the victim has answered it');
    const stolen = await attacker.open(answered.location ?? '');
    assert.equal(stolen.status, 400);
    assert.match(stolen.text, /Please sign in again/);
    assert.equal(answerOf(stolen)['code'], undefined);
    assert.equal((await askSilently(attacker, party, request))['error'], 'login_required');
  });

  it('[31] nor by its address with another sign-in’s cookies, or a cookie of their own for it', async () => {
    const page = await attacker.open(url());
    await plantAll(attacker, victim, /^gatehouse_(interaction|resume)/);
    const planted = await victim.get(page.url);
    const answered = await victim.post(planted.url, { ...ada, _csrf: csrfOf(planted.text) });
    const path = new URL(answered.location ?? '').pathname;
    await plantCookie(attacker, server.issuer, { key: 'gatehouse_answer', value: 'a'.repeat(43), path });
    assert.match((await attacker.open(path)).text, /Please sign in again/);
    for (const name of ['gatehouse_resume', 'gatehouse_resume.sig']) {
      const { value } = await cookieOf(attacker, name);
      await plantCookie(attacker, server.issuer, { key: name, value, path: '/oauth2/authorize/elsewhere' });
    }
    assert.match((await attacker.open('/oauth2/authorize/elsewhere')).text, /Please sign in again/);
    assert.equal((await askSilently(attacker, party, request))['error'], 'login_required');
  });

  it('[31] goes on for whoever answered it in their own browser', async () => {
    const page = await victim.open(url());
    assert.ok(answerOf(await signInAt(victim, page, ada))['code']);
  });
});

const csrfOf = (html: string): string => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
