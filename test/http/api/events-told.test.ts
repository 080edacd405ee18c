import assert from 'node:assert/strict';
import { findPerson } from '../../../src/accounts/index.ts';
import { NativeApp } from '../../support/challenge.ts';
import { SECRET } from '../../support/declaration.ts';
import { type FedEvent, type Feed, startFeed } from '../../support/feed.ts';
import { addressOf, hiddenOf } from '../../support/forms.ts';
import type { Operator } from '../../support/operator.ts';
import { newPerson, signIn, signInAt } from '../../support/people.ts';
import {
  type AuthorizationRequest,
  newEmail,
  obtainCode,
  obtainTokens,
  PASSWORD,
  RelyingParty,
} from '../../support/relying-party.ts';
import type { TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const WEB: AuthorizationRequest = { client_id: 'web', scope: 'openid email offline_access', prompt: 'consent' };
const API = 'https://api.example.com';
const FOR_API: AuthorizationRequest = { client_id: 'web', scope: 'openid email orders:read', resource: API };

describe('what is told of requests', () => {
  let server: TestServer;
  let operator: Operator;
  let feed: Feed;
  let party: RelyingParty;
  const web = { id: 'web' };
  before(async () => {
    ({ server, operator, feed } = await startFeed());
    party = new RelyingParty(server.issuer);
  });
  after(() => server.close());

  const typesOf = (events: readonly FedEvent[]) => events.map(({ type }) => type);

  it('tells of a sign-in with the id of its answer and of the log, the application and the person', async () => {
    const person = await newPerson(server.issuer);
    const id = 'a-sign-in-of-mine';
    const agent = new UserAgent(server.issuer, { 'x-correlation-id': id });
    const [event = assert.fail(), ...others] = await feed.eventsOf(async () => {
      const page = await signInAt(agent, await agent.open(party.authorizeUrl(WEB)), person);
      assert.equal(page.headers.get('x-correlation-id'), id);
    });
    assert.deepEqual(others, []);
    const user = (await findPerson(server.db, person.email)) ?? assert.fail();
    const { id: eventId, time, sequence, ...rest } = event;
    assert.match(String(eventId), /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000);
    assert.match(String(sequence), /^\d+$/);
    assert.deepEqual(rest, {
      specversion: '1.0',
      source: server.issuer,
      type: 'identity.login.succeeded.v1',
      subject: user.id,
      datacontenttype: 'application/json',
      correlationid: id,
      actor: `user:${user.id}`,
      clientid: 'web',
      data: { user_id: user.id, method: 'password' },
    });
    assert.ok(server.logs().includes(`"correlation_id":"${id}"`));
    const { network } = await server.db('events').where({ id: eventId }).first();
    assert.equal(network, '127.0.0.1');
  });

  const signIns = (events: readonly FedEvent[]) => events.filter(({ type }) => type === 'identity.login.succeeded.v1');

  it('tells of the sign-in that follows registering without typing the password again', async () => {
    const [told, ...others] = signIns(await feed.eventsOf(() => obtainTokens(party, WEB)));
    const { subject, actor, clientid, data } = told ?? assert.fail();
    assert.deepEqual([actor, clientid, data['method'], others], [`user:${subject}`, 'web', 'password', []]);
  });

  it('tells of it once, however often the browser comes with it', async () => {
    const [agent, email] = [new UserAgent(server.issuer), newEmail()];
    const page = await agent.open(party.authorizeUrl(WEB));
    const register = await agent.open(page.text.match(/\/account\/register\?[^"]+/)?.[0] ?? assert.fail());
    const form = { ...hiddenOf(register), name: 'Ada', email, password: PASSWORD };
    const events = await feed.eventsOf(async () => {
      const { location = assert.fail() } = await agent.post(addressOf(register), form);
      const cookie = await agent.jar.getCookieString(location);
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => agent.get(location, { cookie })));
      for (const answer of answers) assert.ok(answer.location?.includes('/oauth2/authorize'), answer.text);
    });
    const [told, ...others] = signIns(events);
    assert.deepEqual(others, []);
    assert.equal((await findPerson(server.db, email))?.lastLoginAt?.toISOString(), told?.['time']);
  });

  it('tells why somebody was not let in, and neither the address nor the password', async () => {
    const person = await newPerson(server.issuer);
    const wrong = { ...person, password: 'a wrong password that I typed' };
    const nobody = { email: 'nobody-at-all@example.com', password: wrong.password };
    const events = await feed.eventsOf(async () => {
      for (const each of [wrong, nobody]) await signIn(new UserAgent(server.issuer), party, WEB, each);
    });
    const user = await findPerson(server.db, person.email);
    assert.deepEqual(
      events.map(({ type, subject, data }) => [type, subject, data['reason']]),
      [
        ['identity.login.failed.v1', user?.id, 'wrong_password'],
        ['identity.login.failed.v1', undefined, 'unknown_account'],
      ],
    );
    const text = JSON.stringify(events);
    for (const secret of [wrong.password, person.email, nobody.email]) assert.ok(!text.includes(secret));
  });

  it('tells the same of a password that an application sends, and which one it was', async () => {
    const { email, password } = await newPerson(server.issuer);
    const user = await findPerson(server.db, email);
    const app = new NativeApp(server.issuer);
    const events = await feed.eventsOf(async () => {
      assert.equal((await app.signIn({ username: email, password: `${password}.` })).status, 400);
      assert.equal((await app.signIn({ username: email, password })).status, 200);
    });
    assert.deepEqual(
      events.map(({ type, subject, clientid, data }) => [type, subject, clientid, data]),
      [
        ['identity.login.failed.v1', user?.id, 'app', { user_id: user?.id, reason: 'wrong_password' }],
        ['identity.login.succeeded.v1', user?.id, 'app', { user_id: user?.id, method: 'password' }],
      ],
    );
  });

  it('tells of a session once that ends by signing out', async () => {
    const { agent, tokens } = await obtainTokens(party, WEB);
    const events = await feed.eventsOf(async () => {
      const asked = await agent.open(`${server.issuer}/oauth2/logout?id_token_hint=${tokens['id_token']}`);
      await Promise.all([1, 2, 3].map(() => agent.submit(asked, { logout: 'yes' })));
    });
    assert.deepEqual(typesOf(events), ['identity.session.ended.v1']);
    assert.equal(events[0]?.data['reason'], 'logout');
  });

  it('tells of a token that was revoked: a JWT, a refresh token, a machine’s', async () => {
    const jwt = (await obtainTokens(party, FOR_API)).tokens['access_token'] ?? '';
    const refresh = (await obtainTokens(party, WEB)).tokens['refresh_token'] ?? '';
    const service = { id: 'service', secret: SECRET };
    const grant = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
    const machine = (await party.token(grant, service)).body.access_token;
    for (const [token, client, ofUser] of [
      [jwt, web, true],
      [refresh, web, true],
      [machine, service, false],
    ] as const) {
      const events = await feed.eventsOf(async () => {
        for (let time = 0; time < 2; time += 1) await party.post('/oauth2/revoke', { token }, client);
      });
      const [event = assert.fail()] = events;
      assert.deepEqual(typesOf(events), ['identity.token.revoked.v1']);
      const { client_id, reason, user_id, grant_id } = event.data;
      assert.deepEqual([client_id, reason], [client.id, 'revoked']);
      assert.deepEqual([user_id !== null, grant_id !== null], [ofUser, ofUser]);
    }
  });

  it('tells once of a machine’s token that several revoke in the same moment', async () => {
    const service = { id: 'service', secret: SECRET };
    const grant = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
    const token = (await party.token(grant, service)).body.access_token;
    const revoke = async () => assert.equal((await party.post('/oauth2/revoke', { token }, service)).status, 200);
    const events = await feed.eventsOf(() => Promise.all(Array.from({ length: 8 }, revoke)));
    assert.deepEqual(typesOf(events), ['identity.token.revoked.v1']);
  });

  it('tells once of a refresh token, and of a code, that was used twice', async () => {
    const { tokens } = await obtainTokens(party, WEB);
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' };
    assert.equal((await party.token(refresh, web)).status, 200);
    const again = () => party.token(refresh, web);
    // After the moment in which it would be answered as before.
    const used = { consumed_at: new Date(Date.now() - 11_000) };
    await server.db('oidc_artifacts').where({ model: 'RefreshToken' }).whereNotNull('consumed_at').update(used);
    const reused = await feed.eventsOf(() => Promise.all([again(), again(), again()]));
    assert.deepEqual(typesOf(reused).sort(), ['identity.token.reuse-detected.v1', 'identity.token.revoked.v1']);
    assert.equal(reused.find(({ type }) => type.includes('revoked'))?.data['reason'], 'reused');
    const { code } = await obtainCode(party, WEB);
    const replayed = await feed.eventsOf(() => Promise.all(Array.from({ length: 5 }, () => party.exchange(code, web))));
    assert.deepEqual(typesOf(replayed), ['identity.token.revoked.v1']);
  });

  it('erasing somebody is told, by their id', async () => {
    const person = await newPerson(server.issuer);
    const user = (await findPerson(server.db, person.email)) ?? assert.fail();
    const events = await feed.eventsOf(() => operator.call('DELETE', `/v1/users/${user.id}`));
    const told = events.find(({ type }) => type === 'identity.user.deleted.v1');
    assert.deepEqual([told?.['subject'], told?.['actor']], [user.id, 'client:operator']);
  });
});
