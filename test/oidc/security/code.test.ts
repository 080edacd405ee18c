import assert from 'node:assert/strict';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { CALLBACK } from '../../support/declaration.ts';
import { at, startPair } from '../../support/pair.ts';
import { answerOf, newPerson, signInAt } from '../../support/people.ts';
import { startRedis } from '../../support/redis.ts';
import { consentAt, obtainCode, obtainTokens, RelyingParty, secretOf } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { installTimeout } from '../../support/system.ts';
import { UserAgent } from '../../support/user-agent.ts';

const client = { id: 'confidential', secret: secretOf('confidential') };
const request = { client_id: 'confidential', scope: 'openid email' };

type Party = RelyingParty;

/** What becomes of tokens, asked of everybody who knows. */
async function fateOf(party: Party, tokens: Record<string, string>) {
  const { access_token = '', refresh_token = '' } = tokens;
  const userinfo = await fetch(`${party.issuer}/oauth2/userinfo`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  const known = [access_token, refresh_token].map((token) => party.post('/oauth2/introspect', { token }, client));
  const [access, refresh] = await Promise.all(known);
  const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token }, client);
  return {
    userinfo: userinfo.status,
    access: access?.body.active,
    refresh: refresh?.body.active,
    refreshed: refreshed.body.error ?? refreshed.status,
  };
}

const DEAD = { userinfo: 401, access: false, refresh: false, refreshed: 'invalid_grant' };
const ALIVE = { userinfo: 200, access: true, refresh: true, refreshed: 200 };

async function race([first, second]: readonly [TestServer, TestServer]) {
  const party = new RelyingParty(first.issuer);
  const { code } = await obtainCode(party, request);
  const parties = [at(party, first), at(party, second)];
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => (parties[index % 2] as Party).exchange(code, client)),
  );
  const won = answers.filter(({ status }) => status === 200);
  const lost = answers.filter(({ status, body }) => status === 400 && body.error === 'invalid_grant');
  assert.deepEqual([won.length, lost.length], [1, 49]);
  for (const { body } of lost) assert.deepEqual(Object.keys(body).sort(), ['error', 'error_description']);
  return { party, code, tokens: won[0]?.body as Record<string, string> };
}

/** Two at once, again and again: neither may see the other before it writes. */
async function raceOfTwo([first, second]: readonly [TestServer, TestServer]): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    const party = new RelyingParty(first.issuer);
    const { code } = await obtainCode(party, request);
    const answers = await Promise.all([at(party, first), at(party, second)].map((each) => each.exchange(code, client)));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 400]);
    const { body } = answers.find(({ status }) => status === 200) ?? {};
    assert.deepEqual(await fateOf(party, body), DEAD, `round ${round}`);
  }
}

describe('authorization codes', () => {
  describe('on two nodes', () => {
    let pair: readonly [TestServer, TestServer];
    before(async () => {
      pair = await startPair();
    });
    after(async () => {
      for (const server of pair.toReversed()) await server.close();
    });

    it('[4] gives tokens to one of 50 parallel exchanges, and a replay among them ends those', async () => {
      const { party, code, tokens } = await race(pair);
      assert.ok(tokens['access_token'] && tokens['refresh_token'] && tokens['id_token']);
      assert.deepEqual(await fateOf(party, tokens), DEAD);
      assert.equal((await party.exchange(code, client)).body.error, 'invalid_grant');
    });

    it('[4] gives tokens to one of two that come in the same moment, and ends those', () => raceOfTwo(pair));

    it('[4] ends what a code issued when it is used again later, on another node', async () => {
      const party = new RelyingParty(pair[0].issuer);
      const { tokens, code } = await obtainTokens(party, request);
      const { refreshed: _, ...before } = ALIVE;
      const { refreshed: __, ...found } = await fateOf(party, { ...tokens });
      assert.deepEqual(found, before);
      const replay = await at(party, pair[1]).exchange(code, client);
      assert.deepEqual([replay.status, replay.body.error], [400, 'invalid_grant']);
      assert.deepEqual(await fateOf(party, tokens), DEAD);
    });

    it('[4] ends also what was refreshed from what the code issued', async () => {
      const party = new RelyingParty(pair[0].issuer);
      const { tokens, code } = await obtainTokens(party, request);
      const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' };
      const { body: second } = await party.token(refresh, client);
      await at(party, pair[1]).exchange(code, client);
      assert.deepEqual(await fateOf(party, second), DEAD);
    });
  });

  describe('from a pushed request', () => {
    let pair: readonly [TestServer, TestServer];
    before(async () => {
      pair = await startPair();
    });
    after(async () => {
      for (const server of pair.toReversed()) await server.close();
    });

    const push = async (party: Party) => {
      const { searchParams } = new URL(party.authorizeUrl(request));
      const { body } = await party.post('/oauth2/par', Object.fromEntries(searchParams), client);
      const query = new URLSearchParams({ client_id: client.id, request_uri: body.request_uri });
      return `${party.issuer}/oauth2/authorize?${query}`;
    };

    it('[4] come once, also when a sign-in on two nodes stands between', async () => {
      const [first, second] = pair;
      const party = new RelyingParty(first.issuer);
      const url = await push(party);
      const person = await newPerson(first.issuer);
      const agent = new UserAgent(first.issuer);
      const page = await agent.open(url);
      // Cookies know no port: this browser's sign-in is answered by the other node.
      const elsewhere = { ...page, url: page.url.replace(first.issuer, `http://localhost:${second.config.port}`) };
      const { code } = answerOf(await consentAt(agent, await signInAt(agent, elsewhere, person)));
      assert.equal((await party.exchange(code ?? '', client)).status, 200);
      const again = await agent.open(url);
      assert.equal(answerOf(again)['code'], undefined, 'opened again by who is signed in');
      assert.equal(again.location ? answerOf(again)['error'] : 'none', 'none');
      const stranger = await new UserAgent(first.issuer).open(url);
      assert.equal(stranger.location, undefined);
    });

    it('[4] come once, when two browsers had it open', async () => {
      const party = new RelyingParty(pair[0].issuer);
      const url = await push(party);
      const agents = [new UserAgent(pair[0].issuer), new UserAgent(pair[0].issuer)] as const;
      const pages = [await agents[0].open(url), await agents[1].open(url)] as const;
      const ends: (string | undefined)[] = [];
      for (const [index, agent] of agents.entries()) {
        const page = pages[index] as (typeof pages)[0];
        const end = await consentAt(agent, await signInAt(agent, page, await newPerson(pair[0].issuer)));
        ends.push(answerOf(end)['code']);
      }
      assert.ok(ends[0]);
      assert.equal(ends[1], undefined);
    });

    it('[4] come once, when one browser sends its last step many times, and nothing earlier ends by that', async () => {
      const { issuer } = pair[0];
      const party = new RelyingParty(issuer);
      const { tokens, agent } = await obtainTokens(party, request);
      for (let round = 0; round < 5; round += 1) {
        const url = await push(party);
        const answers = await Promise.all([1, 2, 3, 4].map(() => agent.get(url)));
        const codes = answers.flatMap((answer) => answerOf(answer)['code'] ?? []);
        assert.equal(codes.length, 1);
        for (const answer of answers.filter(({ location }) => !location)) {
          assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
          assert.equal(answer.status, 400);
        }
        assert.equal((await party.exchange(codes[0] ?? '', client)).status, 200);
      }
      assert.deepEqual(await fateOf(party, tokens), ALIVE);
    });
  });

  describe('on two nodes with Redis', () => {
    let redis: Awaited<ReturnType<typeof startRedis>>;
    let pair: readonly [TestServer, TestServer];
    before(async function () {
      this.timeout(installTimeout);
      redis = await startRedis();
      pair = await startPair({ REDIS_URL: redis.url });
    });
    after(async () => {
      for (const server of pair.toReversed()) await server.close();
      await redis.stop();
    });

    it('[4] gives tokens to one of 50 parallel exchanges, and a replay among them ends those', async () => {
      const { party, tokens } = await race(pair);
      assert.deepEqual(await fateOf(party, tokens), DEAD);
    });

    it('[4] gives tokens to one of two that come in the same moment, and ends those', () => raceOfTwo(pair));

    it('[4] ends what a code issued when it is used again later, on another node', async () => {
      const party = new RelyingParty(pair[0].issuer);
      const { tokens, code } = await obtainTokens(party, request);
      const replay = await at(party, pair[1]).exchange(code, client);
      assert.deepEqual([replay.status, replay.body.error], [400, 'invalid_grant']);
      assert.deepEqual(await fateOf(party, tokens), DEAD);
    });
  });

  describe('on one', () => {
    let server: TestServer;
    let party: Party;
    let timers: SinonFakeTimers | undefined;
    before(async () => {
      server = await startServer();
    });
    beforeEach(() => {
      party = new RelyingParty(server.issuer);
    });
    afterEach(() => {
      timers?.restore();
      timers = undefined;
    });
    after(() => server.close());

    const refused = async (answer: ReturnType<Party['exchange']>, label?: string) => {
      const { status, body } = await answer;
      assert.deepEqual([status, body.error], [400, 'invalid_grant'], label);
      assert.equal(body.access_token, undefined);
    };

    it('[5] gives another client nothing for a code, and leaves it to its own', async () => {
      const { code } = await obtainCode(party, request);
      await refused(party.exchange(code, { id: 'web' }), 'a public client');
      await refused(party.exchange(code, { id: 'own', secret: secretOf('own') }), 'another confidential client');
      const { body } = await party.exchange(code, client);
      await refused(party.exchange(code, { id: 'web' }), 'after its use');
      assert.deepEqual(await fateOf(party, body), ALIVE, 'a stranger’s replay ends nothing');
    });

    it('[5] gives a confidential client nothing for its code without its secret, or with a wrong one', async () => {
      const { code } = await obtainCode(party, request);
      for (const secret of [undefined, 'a-wrong-secret-of-forty-characters-or-so', '']) {
        const { status, body } = await party.exchange(code, { id: client.id, secret });
        assert.deepEqual([status, body.error], [401, 'invalid_client'], String(secret));
      }
      assert.equal((await party.exchange(code, client)).status, 200);
    });

    it('[5] gives nothing for a code with another redirect_uri or none', async () => {
      const { code } = await obtainCode(party, request);
      await refused(party.exchange(code, client, { redirect_uri: 'https://app.example/other' }));
      await refused(party.exchange(code, client, { redirect_uri: `${CALLBACK}/` }));
      const none = await party.exchange(code, client, { redirect_uri: '' });
      assert.deepEqual([none.status, none.body.error], [400, 'invalid_request']);
      assert.equal((await party.exchange(code, client)).status, 200);
    });

    it('[5] binds a code to the challenge of its own request', async () => {
      const agent = new UserAgent(server.issuer);
      const { code: first } = await obtainCode(party, request, agent);
      const attacker = new RelyingParty(server.issuer);
      const { code: second } = await obtainCode(attacker, request, agent);
      await refused(attacker.exchange(first, client), 'injected: my verifier, their code');
      await refused(party.exchange(second, client), 'injected: their verifier, my code');
      assert.equal((await party.exchange(first, client)).status, 200);
      assert.equal((await attacker.exchange(second, client)).status, 200);
    });

    it('[5] lets a code live for one minute', async () => {
      timers = useFakeTimers({ toFake: ['Date'], now: Date.now() });
      const { code } = await obtainCode(party, request);
      const { code: late } = await obtainCode(party, request);
      timers.tick(59_000);
      assert.equal((await party.exchange(code, client)).status, 200);
      timers.tick(2_000);
      await refused(party.exchange(late, client));
    });

    it('[5] lets a code die by the server’s own clock, whatever the engine thinks', async () => {
      let now = Date.now();
      const clocked = await startServer({ clock: { now: () => new Date(now) } });
      try {
        const other = new RelyingParty(clocked.issuer);
        const { code } = await obtainCode(other, request);
        now += 61_000;
        await refused(other.exchange(code, client));
      } finally {
        await clocked.close();
      }
    });
  });
});
