import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { systemClock } from '../../src/kernel/clock.ts';
import { rotateKeys, turnSalts } from '../../src/keys/index.ts';
import { SECRET } from '../support/declaration.ts';
import { DAY } from '../support/keys.ts';
import { answerOf, newPerson, type Person, signIn } from '../support/people.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { RelyingParty } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { UserAgent } from '../support/user-agent.ts';
import { tapWire, type Wire } from '../support/wire.ts';

const SECTOR = 'https://sector.example/clients.json';
const client = (id: string, redirect: string, more = '') => `
  - client_id: ${id}
    client_secret: ${SECRET}
    subject_type: pairwise
    redirect_uris: [${redirect}]
    grant_types: [authorization_code, refresh_token]
    scope: openid email orders:read
${more}`;

const CALLBACKS: Record<string, string> = {
  shop: 'https://shop.example/callback',
  till: 'https://shop.example/till',
  blog: 'https://blog.example/callback',
  one: 'https://one.example/callback',
  two: 'https://two.example/callback',
  public: 'https://shop.example/callback',
};

const yaml = `
require_verified_email: false
clients:${['shop', 'till', 'blog'].map((id) => client(id, CALLBACKS[id] ?? '')).join('')}
${['one', 'two'].map((id) => client(id, CALLBACKS[id] ?? '', `    sector_identifier_uri: ${SECTOR}\n`)).join('')}
  - client_id: public
    client_secret: ${SECRET}
    redirect_uris: [${CALLBACKS['public']}]
    grant_types: [authorization_code, refresh_token]
    scope: openid email orders:read
  - client_id: watcher
    client_secret: ${SECRET}
    grant_types: [client_credentials]
    scope: orders:read
resources:
  - identifier: https://api.example.com
    scopes: [orders:read]
`;

describe('pairwise subjects', () => {
  let database: TestDatabase;
  let wire: Wire;
  let server: TestServer;
  let ada: Person;
  let adasId: string;
  /** Whether the address of the sector answers, and how often it was asked. */
  const sector = { answers: true, asked: 0 };

  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    const fetchSector = async (url: unknown) => {
      assert.equal(String(url), SECTOR);
      sector.asked += 1;
      if (!sector.answers) throw new Error('does not answer');
      return Response.json([CALLBACKS['one'], CALLBACKS['two']]);
    };
    server = await startServer({ databaseUrl: wire.url, yaml, fetch: fetchSector as never });
    ada = await newPerson(server.issuer);
    adasId = (await server.db('users').where({ email: ada.email }).first()).id;
  });
  after(async () => {
    await server.close();
    await wire.close();
    await database.drop();
  });

  /** Signs somebody in at a client, in a browser of their own; all the tokens that it gets. */
  async function tokensOf(id: string, person: Person = ada, scope = 'openid email') {
    const party = new RelyingParty(server.issuer);
    const redirect_uri = CALLBACKS[id] ?? '';
    const agent = new UserAgent(server.issuer);
    const request = { client_id: id, redirect_uri, scope };
    const back = await signIn(agent, party, request, person);
    const { code = '' } = answerOf(back);
    const { status, body } = await party.exchange(code, { id, secret: SECRET }, { redirect_uri });
    assert.equal(status, 200, JSON.stringify([back.location, body]));
    return { party, agent, request, tokens: body as Record<string, string> };
  }
  const subAt = async (id: string, person?: Person) =>
    String(decodeJwt((await tokensOf(id, person)).tokens['id_token'] ?? '').sub);

  it('are told by discovery', async () => {
    const discovery = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
    assert.deepEqual((discovery as { subject_types_supported: string[] }).subject_types_supported, [
      'public',
      'pairwise',
    ]);
  });

  it('are others at each sector, the same at each client of it, and the same again', async () => {
    const [shop, till, blog, again] = [
      await subAt('shop'),
      await subAt('till'),
      await subAt('blog'),
      await subAt('shop'),
    ];
    assert.match(shop, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(shop, till);
    assert.equal(shop, again);
    assert.notEqual(shop, blog);
    assert.equal(await subAt('public'), adasId, 'whoever asks for none knows everybody by their id');
    const bob = await newPerson(server.issuer);
    assert.notEqual(await subAt('shop', bob), shop);
  });

  it('are of the sector that several hosts have together, which is asked once, whatever keys do', async () => {
    const [one, two] = [await subAt('one'), await subAt('two')];
    assert.equal(one, two);
    assert.notEqual(one, await subAt('shop'));
    assert.equal(sector.asked, 2, 'once for each client');
    sector.answers = false;
    const { masterKeys, signingKeys: policy } = server.config;
    await rotateKeys({ db: server.db, clock: systemClock, masterKeys, policy }, { now: true });
    await server.gatehouse.keys.reload();
    assert.equal(await subAt('one'), one);
    assert.equal(sector.asked, 2);
  });

  it('stand in whatever an application is told: ID token, UserInfo, introspection, tokens for APIs', async () => {
    const sub = await subAt('shop');
    const { party, tokens } = await tokensOf('shop');
    const headers = { authorization: `Bearer ${tokens['access_token']}` };
    const userinfo = (await (await fetch(`${server.issuer}/oauth2/userinfo`, { headers })).json()) as { sub: string };
    assert.equal(userinfo.sub, sub);
    for (const id of ['shop', 'watcher']) {
      const { body } = await party.post(
        '/oauth2/introspect',
        { token: tokens['access_token'] ?? '' },
        { id, secret: SECRET },
      );
      assert.deepEqual([body.active, body.sub], [true, sub], id);
    }
    const refreshed = await party.token(
      { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' },
      { id: 'shop', secret: SECRET },
    );
    assert.equal(decodeJwt(refreshed.body.id_token).sub, sub);
    const forApi = await tokensOf('shop', ada, 'openid orders:read');
    assert.equal(decodeJwt(forApi.tokens['access_token'] ?? '').sub, sub);
    const all = JSON.stringify([tokens, userinfo, forApi.tokens].map(decodedTokens));
    assert.equal(all.includes(adasId), false, 'nothing says who it is elsewhere');
  });

  it('are known again as a hint, and at the end of a session', async () => {
    const { agent, party, request, tokens } = await tokensOf('shop');
    const hint = tokens['id_token'] ?? '';
    const silent = await agent.open(party.authorizeUrl({ ...request, prompt: 'none', id_token_hint: hint }));
    assert.ok(answerOf(silent)['code'], silent.location);
    const bobs = await tokensOf('shop', await newPerson(server.issuer));
    const other = await bobs.agent.open(party.authorizeUrl({ ...request, prompt: 'none', id_token_hint: hint }));
    assert.equal(answerOf(other)['error'], 'login_required');
    const bye = await agent.get(`/oauth2/logout?${new URLSearchParams({ id_token_hint: hint })}`);
    assert.equal(bye.status, 200);
  });

  it('stay what they are when the salt changes, and cost no statement', async () => {
    const before = await subAt('shop');
    await rotateSalts(400 * DAY);
    assert.equal((await server.db('pairwise_salts')).length, 2);
    assert.equal(await subAt('shop'), before);
    const statements = async (id: string) => {
      const { party, request, agent } = await tokensOf(id);
      const { code = '' } = answerOf(await agent.open(party.authorizeUrl(request)));
      const exchange = () => party.exchange(code, { id, secret: SECRET }, { redirect_uri: CALLBACKS[id] ?? '' });
      return (await wire.statementsOf(exchange)).length;
    };
    assert.equal(await statements('shop'), await statements('public'));
  });

  it('are refused, and not made up, where their salt cannot be opened; everybody else goes on', async () => {
    const [{ id, sealed_salt }] = await server.db('pairwise_salts').orderBy('since');
    await server
      .db('pairwise_salts')
      .where({ id })
      .update({ sealed_salt: sealed_salt.subarray(0, 50) });
    await server.gatehouse.keys.reload();
    await assert.rejects(subAt('shop'), /server_error/);
    assert.equal(await subAt('public'), adasId);
    assert.match(server.logs(), new RegExp(`pairwise salt ${id} .* has been changed since it was sealed`));
    await server.db('pairwise_salts').where({ id }).update({ sealed_salt });
    await server.gatehouse.keys.reload();
    assert.ok(await subAt('shop'));
  });

  /** Some time goes by, and the job runs. */
  async function rotateSalts(seconds: number): Promise<void> {
    const { masterKeys, signingKeys: policy } = server.config;
    const clock = { now: () => new Date(Date.now() + seconds * 1000) };
    await turnSalts({ db: server.db, clock, masterKeys, policy }, { rotateEvery: 365 * DAY, ahead: DAY });
    await server.gatehouse.keys.reload();
  }
});

/** The tokens of an answer as anybody can read them. */
function decodedTokens(answer: object): unknown[] {
  return Object.values(answer).map((value) =>
    String(value).split('.').length === 3 ? decodeJwt(String(value)) : value,
  );
}
