import assert from 'node:assert/strict';
import { SECRET } from '../../support/declaration.ts';
import { dumpRedis, occurrences } from '../../support/dump.ts';
import { expectInvariants } from '../../support/invariants.ts';
import { Operator, operatorDeclaration } from '../../support/operator.ts';
import { askSilently, newPerson, type Person, signIn, signInAt } from '../../support/people.ts';
import { startRedis } from '../../support/redis.ts';
import { obtainCode, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const client = { id: 'confidential', secret: SECRET };
/** Tokens that outlive the session, unless it is ended. */
const offline = { client_id: 'confidential', scope: 'openid email offline_access', prompt: 'consent' };
/** The access token is a JWT, which nobody stores. */
const forApi = { ...offline, scope: 'openid offline_access orders:read', resource: 'https://api.example.com' };

type Item = { readonly id: string } & Record<string, unknown>;

for (const store of ['PostgreSQL', 'Redis'] as const) {
  describe(`what an operator ends by /v1/users, with ${store}`, () => {
    const undo: (() => Promise<unknown>)[] = [];
    let server: TestServer;
    /** What Redis holds of the person, where there is one. */
    let heldInRedis: () => Promise<string[]>;
    let operator: Operator;
    let party: RelyingParty;
    let person: Person;
    let id: string;
    let [home, phone]: [UserAgent, UserAgent] = [] as unknown as [UserAgent, UserAgent];
    before(async () => {
      const redis = store === 'Redis' ? await startRedis() : undefined;
      if (redis) undo.push(redis.stop);
      server = await startServer({ yaml: operatorDeclaration, env: redis ? { REDIS_URL: redis.url } : {} });
      undo.push(server.close);
      heldInRedis = async () => (redis ? occurrences(await dumpRedis(redis.url), { id, email: person.email }) : []);
      operator = new Operator(server.issuer);
    });
    beforeEach(async () => {
      party = new RelyingParty(server.issuer);
      person = await newPerson(server.issuer);
      ({ id } = await server.db('users').where({ email: person.email }).first('id'));
      home = new UserAgent(server.issuer);
      phone = new UserAgent(server.issuer, { 'user-agent': 'phone' });
      for (const agent of [home, phone]) await signIn(agent, party, offline, person);
    });
    after(async () => {
      await expectInvariants(server.db);
      for (const step of undo.reverse()) await step();
    });

    /** Everything that one browser has from an application: its tokens, those for an API, and a code not used yet. */
    async function gather(agent: UserAgent) {
      const { tokens } = await obtainTokens(party, offline, agent);
      const { access_token: jwt = '' } = (await obtainTokens(party, forApi, agent)).tokens;
      assert.equal(jwt.split('.').length, 3);
      const { code } = await obtainCode(party, offline, agent);
      return { agent, tokens, jwt, code };
    }
    type Access = Awaited<ReturnType<typeof gather>>;

    /** What of it is still good. */
    async function live({ agent, tokens, jwt, code }: Access) {
      const { access_token = '', refresh_token = '' } = tokens;
      const active = async (token: string) => (await party.post('/oauth2/introspect', { token }, client)).body.active;
      const headers = { authorization: `Bearer ${access_token}` };
      const done = {
        session: (await askSilently(agent, party, offline))['error'] !== 'login_required',
        'access token': await active(access_token),
        'JWT access token': await active(jwt),
        'refresh token': await active(refresh_token),
        userinfo: (await fetch(`${server.issuer}/oauth2/userinfo`, { headers })).status === 200,
        code: (await party.exchange(code, client)).status === 200,
        refresh: (await party.token({ grant_type: 'refresh_token', refresh_token }, client)).status === 200,
      };
      return Object.entries(done).flatMap(([what, isLive]) => (isLive ? [what] : []));
    }
    const TOKENS = ['access token', 'JWT access token', 'refresh token'];
    const EVERYTHING = ['session', ...TOKENS, 'userinfo', 'code', 'refresh'];
    const end = async (method: 'POST' | 'DELETE', path: string, status = 204) =>
      assert.equal((await operator.call(method, `/v1/users/${id}${path}`)).status, status);
    const itemsOf = async (what: string) =>
      (await operator.call('GET', `/v1/users/${id}/${what}`)).body['items'] as Item[];

    it('[33] logout: every session, code and token of theirs, and nobody else’s; they may sign in again', async () => {
      const stranger = new UserAgent(server.issuer);
      await signIn(stranger, party, offline, await newPerson(server.issuer));
      const [mine, its, theirs] = [await gather(home), await gather(phone), await gather(stranger)];
      await end('POST', '/logout');
      assert.deepEqual([await live(mine), await live(its)], [[], []]);
      assert.deepEqual(await live(theirs), EVERYTHING);
      assert.deepEqual(await itemsOf('sessions'), []);
      assert.ok((await itemsOf('grants')).length > 0, 'what they allowed stays allowed');
      await end('POST', '/logout');
      await signIn(home, party, offline, person);
      assert.deepEqual(await live(await gather(home)), EVERYTHING);
    });

    it('[33] erasing: the same, at once and for good, with all there is of them', async () => {
      const mine = await gather(home);
      const consent = await home.open(party.authorizeUrl(offline));
      assert.match(consent.url, /\/interaction\//, 'they are in the middle of something, too');
      assert.deepEqual(await heldInRedis(), store === 'Redis' ? ['id'] : [], 'a dump shows what is there');
      await end('DELETE', '');
      assert.deepEqual(await heldInRedis(), []);
      assert.deepEqual(await live(mine), []);
      await end('DELETE', '', 404);
      assert.equal((await operator.call('GET', `/v1/users/${id}`)).status, 404);
      for (const table of ['users', 'oidc_artifacts', 'mails', 'email_proofs']) {
        const { rows } = await server.db.raw('select from ?? t where t::text like ?', [table, `%${id}%`]);
        assert.equal(rows.length, 0, table);
      }
      const page = await home.open(party.authorizeUrl(offline));
      assert.match((await signInAt(home, page, person)).text, /don’t match/);
    });

    // What follows goes the same ways in both.
    if (store === 'Redis') return;

    it('[33] disabling: the same, and nobody signs in until it is enabled; what was ended stays so', async () => {
      const mine = await gather(home);
      const disabled = await operator.call('PATCH', `/v1/users/${id}`, { status: 'disabled' });
      assert.deepEqual([disabled.status, disabled.body['status']], [200, 'disabled']);
      assert.deepEqual(await live(mine), []);
      const page = await home.open(party.authorizeUrl(offline));
      assert.match((await signInAt(home, page, person)).text, /don’t match/);
      await operator.call('PATCH', `/v1/users/${id}`, { status: 'active' });
      assert.deepEqual(await live(mine), []);
      await signIn(home, party, offline, person);
      assert.deepEqual(await live(await gather(home)), EVERYTHING);
    });

    it('[33] one session: with what was issued in it, and no other; nobody ends one that is another’s', async () => {
      const [mine, its] = [await gather(home), await gather(phone)];
      const sessions = await itemsOf('sessions');
      const there = sessions.filter(({ user_agent }) => user_agent === 'phone');
      assert.deepEqual([sessions.length > 1, there.length], [true, 1]);
      const { email } = await newPerson(server.issuer);
      const { id: other } = await server.db('users').where({ email }).first('id');
      const another = await operator.call('DELETE', `/v1/users/${other}/sessions/${there[0]?.id}`);
      assert.equal(another.status, 404);
      await end('DELETE', `/sessions/${there[0]?.id}`);
      assert.deepEqual([await live(its), await live(mine)], [[], EVERYTHING]);
      await end('DELETE', `/sessions/${there[0]?.id}`, 404);
      assert.equal((await itemsOf('sessions')).length, sessions.length - 1);
    });

    it('[24] one grant: with its codes and tokens, and no other; nobody takes one that is another’s', async () => {
      const [mine, its] = [await gather(home), await gather(phone)];
      const grants = await itemsOf('grants');
      const { rows } = await server.db.raw(
        `select encode(grant_id, 'hex') as hex, payload->>'sessionUid' as uid from oidc_artifacts
         where model = 'RefreshToken' and account_id = ?`,
        [id],
      );
      const [phones] = (await itemsOf('sessions')).filter(({ user_agent }) => user_agent === 'phone');
      const hex = rows.find(({ uid }: { uid: string }) => uid === phones?.id)?.hex ?? assert.fail();
      const gid = Buffer.from(hex, 'hex').toString('base64url');
      assert.ok(grants.some((grant) => grant.id === gid));
      const { email } = await newPerson(server.issuer);
      const { id: other } = await server.db('users').where({ email }).first('id');
      assert.equal((await operator.call('DELETE', `/v1/users/${other}/grants/${gid}`)).status, 404);
      await end('DELETE', `/grants/${gid}`);
      assert.deepEqual([await live(its), await live(mine)], [['session'], EVERYTHING]);
      await end('DELETE', `/grants/${gid}`, 404);
      assert.ok(!(await itemsOf('grants')).some((grant) => grant.id === gid));
    });
  });
}
