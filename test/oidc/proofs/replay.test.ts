import assert from 'node:assert/strict';
import sinon from 'sinon';
import { SECRET } from '../../support/declaration.ts';
import { DpopKey, ProvingParty } from '../../support/dpop.ts';
import { closePair, nodeOf, type Pair, startPair } from '../../support/pair.ts';
import { startRedis } from '../../support/redis.ts';
import { obtainCode, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { installTimeout } from '../../support/system.ts';

const API = 'https://api.example.com';
const MACHINE = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
const REPLAYED = [400, 'invalid_dpop_proof'];
const web = { id: 'web' };
const service = { id: 'service', secret: SECRET };
const nothing = async (): Promise<void> => undefined;

const STORES = {
  'PostgreSQL alone': async () => ({ env: {}, stop: nothing }),
  'a Redis': async () => {
    const { url, stop } = await startRedis();
    return { env: { REDIS_URL: url }, stop };
  },
};

for (const [name, startStore] of Object.entries(STORES)) {
  describe(`a DPoP proof that is shown twice, on two nodes with ${name}`, () => {
    let store: Awaited<ReturnType<typeof startStore>>;
    let pair: Pair;
    let issuer: string;
    let parties: [ProvingParty, ProvingParty];
    let key: DpopKey;

    before(async function () {
      this.timeout(installTimeout);
      store = await startStore();
      pair = await startPair(store.env);
      [{ issuer }] = pair;
      key = await DpopKey.create();
      const [one, other] = pair.map((server) => new ProvingParty(issuer, key, nodeOf(server)));
      parties = [one as ProvingParty, other as ProvingParty];
    });
    after(async () => {
      await closePair(pair);
      await store.stop();
    });

    type Answer = { readonly status: number; readonly body: Record<string, string> };
    /** The same request fifty times in the same moment, half to each node; what most were told, and the one that was not. */
    async function race(ask: (party: ProvingParty, node: string) => Promise<Answer>) {
      const all = Array.from({ length: 50 }, (_, index) => parties[index % 2] as ProvingParty);
      const answers = await Promise.all(all.map((party) => ask(party, party.issuer)));
      const won = answers.filter(({ status }) => status === 200);
      assert.equal(won.length, 1, JSON.stringify(answers.map(({ status, body }) => [status, body['error']])));
      const told = answers.filter(({ status }) => status !== 200).map(({ status, body }) => [status, body['error']]);
      return { won: won[0] as Answer, told };
    }
    const proofFor = (path: string) => key.proof({ url: issuer + path });
    const newTokens = async (scope = 'openid') => {
      const party = new ProvingParty(issuer, key);
      return (await obtainTokens(party, { client_id: 'web', scope })).tokens;
    };

    const refreshing = ({ refresh_token = '' }: Record<string, string>) => ({
      grant_type: 'refresh_token',
      refresh_token,
    });

    it('[23] gives one of 50 machines a token, and tells the others of the proof', async () => {
      const dpop = await proofFor('/oauth2/token');
      const { told } = await race((party) => party.post('/oauth2/token', MACHINE, service, { dpop }));
      assert.deepEqual(told, Array(49).fill(REPLAYED));
      const later = await parties[1].post('/oauth2/token', MACHINE, service, { dpop });
      assert.deepEqual([later.status, later.body.error], REPLAYED);
    });

    it('[23] refreshes nothing, and uses no refresh token up', async () => {
      const [first, second] = [await newTokens(), await newTokens()];
      const refresh = (party: ProvingParty, tokens: Record<string, string>, dpop: string) =>
        party.post('/oauth2/token', refreshing(tokens), web, { dpop });
      const dpop = await proofFor('/oauth2/token');
      const { won, told } = await race((party) => refresh(party, first, dpop));
      assert.deepEqual(told, Array(49).fill(REPLAYED));
      const replay = await refresh(parties[0], second, dpop);
      assert.deepEqual([replay.status, replay.body.error], REPLAYED);
      for (const alive of [won.body, second]) {
        assert.equal((await refresh(parties[1], alive, await proofFor('/oauth2/token'))).status, 200);
      }
    });

    it('[7] of 50 refreshes with a proof of their own, all get the one successor', async () => {
      const tokens = await newTokens();
      const all = Array.from({ length: 50 }, (_, index) => parties[index % 2] as ProvingParty);
      const answers = await Promise.all(all.map((party) => party.post('/oauth2/token', refreshing(tokens), web)));
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
      assert.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 1);
    });

    it('[10] an answer is given again to whoever proves the same key anew, and to nobody else', async () => {
      const tokens = await newTokens();
      const dpop = await proofFor('/oauth2/token');
      const first = await parties[0].post('/oauth2/token', refreshing(tokens), web, { dpop });
      assert.equal(first.status, 200);
      const replay = await parties[1].post('/oauth2/token', refreshing(tokens), web, { dpop });
      assert.deepEqual([replay.status, replay.body.error], REPLAYED);
      const thief = await DpopKey.create();
      const stolen = { dpop: await thief.proof({ url: `${issuer}/oauth2/token` }) };
      assert.equal((await parties[1].post('/oauth2/token', refreshing(tokens), web, stolen)).status, 400);
      assert.equal((await new RelyingParty(issuer).post('/oauth2/token', refreshing(tokens), web)).status, 400);
      const again = await parties[1].post('/oauth2/token', refreshing(tokens), web);
      assert.deepEqual([again.status, again.body], [200, first.body]);
    });

    it('[23] exchanges no code, and ends nothing of it; a code that was used as well ends what it issued', async () => {
      const party = new ProvingParty(issuer, key);
      const { code } = await obtainCode(party, { client_id: 'web', scope: 'openid' });
      const exchange = (proof: string) => {
        const parameters = { grant_type: 'authorization_code', code, redirect_uri: 'https://app.example/callback' };
        return party.post('/oauth2/token', { ...parameters, code_verifier: party.verifier }, web, { dpop: proof });
      };
      const spent = await proofFor('/oauth2/token');
      assert.equal(
        (await party.post('/oauth2/token', refreshing(await newTokens()), web, { dpop: spent })).status,
        200,
      );
      const replay = await exchange(spent);
      assert.deepEqual([replay.status, replay.body.error], REPLAYED);
      const fresh = await exchange(await proofFor('/oauth2/token'));
      assert.equal(fresh.status, 200, 'the code was still good');
      const again = await exchange(await proofFor('/oauth2/token'));
      assert.equal(again.body.error, 'invalid_grant');
      const url = `${issuer}/oauth2/userinfo`;
      const { access_token } = fresh.body;
      assert.equal((await fetch(url, { headers: await key.headers(access_token, url) })).status, 401);
    });

    it('[23] shows one of 50 the person at UserInfo, and challenges the others', async () => {
      const { access_token: token = '' } = await newTokens('openid email');
      const headers = await key.headers(token, `${issuer}/oauth2/userinfo`);
      const challenges: string[] = [];
      const { told } = await race(async (_party, node) => {
        const answer = await fetch(`${node}/oauth2/userinfo`, { headers });
        if (answer.status !== 200) challenges.push(answer.headers.get('www-authenticate') ?? '');
        return { status: answer.status, body: (await answer.json()) as Record<string, string> };
      });
      assert.deepEqual(told, Array(49).fill([401, 'invalid_dpop_proof']));
      for (const challenge of challenges)
        assert.match(challenge, /^DPoP realm=".*error="invalid_dpop_proof".*algs="ES256/);
    });

    it('[23] pushes one request', async () => {
      const parameters = Object.fromEntries(new URL(parties[0].authorizeUrl({ client_id: 'web' })).searchParams);
      const dpop = await proofFor('/oauth2/par');
      const answers = await Promise.all(parties.map((party) => party.post('/oauth2/par', parameters, web, { dpop })));
      assert.deepEqual(answers.map(({ status, body }) => [status, body.error]).toSorted(), [
        [201, undefined],
        REPLAYED,
      ]);
    });

    it('[23] is remembered for as long as its time would do, one of a clock that is ahead for longer', async () => {
      const clock = sinon.useFakeTimers({ toFake: ['Date'], now: Date.now() });
      try {
        const iat = Math.floor(Date.now() / 1000) + 295;
        const dpop = await key.proof({ url: `${issuer}/oauth2/token`, claims: { iat } });
        const show = async () => (await parties[0].post('/oauth2/token', MACHINE, service, { dpop })).body.error;
        assert.equal(await show(), undefined);
        clock.tick(590_000);
        assert.equal(await show(), 'invalid_dpop_proof');
        clock.tick(10_000);
        assert.equal(await show(), 'use_dpop_nonce');
      } finally {
        clock.restore();
      }
    });
  });
}
