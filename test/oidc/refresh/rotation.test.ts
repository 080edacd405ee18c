import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { sha256 } from '../../../src/kernel/ids.ts';
import { queuedJobs } from '../../support/accounts.ts';
import { CALLBACK, SECRET } from '../../support/declaration.ts';
import { at, closePair, type Pair, startPair } from '../../support/pair.ts';
import { startRedis } from '../../support/redis.ts';
import { type AuthorizationRequest, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { installTimeout } from '../../support/system.ts';

const API = 'https://api.example.com';
const DAY = 86_400;

const yaml = `
require_verified_email: false
clients:
  - client_id: web
    client_name: The web
    redirect_uris: [${CALLBACK}]
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid email offline_access orders:read
  - client_id: confidential
    client_secret: ${SECRET}
    redirect_uris: [${CALLBACK}]
    grant_types: [authorization_code, refresh_token]
    scope: openid email offline_access orders:read
  - client_id: own
    client_secret: ${SECRET}
    redirect_uris: [${CALLBACK}]
    grant_types: [authorization_code, refresh_token]
    scope: openid email offline_access orders:read
    access_token_ttl: 120
    refresh_token_ttl: 3600
    refresh_token_absolute_ttl: 5400
  - client_id: lenient
    client_secret: ${SECRET}
    redirect_uris: [${CALLBACK}]
    grant_types: [authorization_code, refresh_token]
    scope: openid email offline_access orders:read
    refresh_token_rotation: false
resources:
  - identifier: ${API}
    scopes: [orders:read]
`;

const OFFLINE = { scope: 'openid email offline_access orders:read', resource: API, prompt: 'consent' };

for (const store of ['PostgreSQL', 'Redis'] as const) {
  describe(`refreshing on two nodes, with ${store}`, function () {
    this.timeout(installTimeout);
    let pair: Pair;
    let stopRedis: (() => Promise<void>) | undefined;
    let clock: SinonFakeTimers;
    let party: RelyingParty;
    before(async () => {
      const redis = store === 'Redis' ? await startRedis() : undefined;
      stopRedis = redis?.stop;
      pair = await startPair(redis ? { REDIS_URL: redis.url } : {}, { yaml });
    });
    after(async () => {
      await closePair(pair);
      await stopRedis?.();
    });
    beforeEach(() => {
      clock = useFakeTimers({ toFake: ['Date'], now: Date.now() });
      party = new RelyingParty(pair[0].issuer);
    });
    afterEach(() => clock.restore());

    const secret = (id: string) => (id === 'web' ? undefined : SECRET);
    const obtain = async (request: AuthorizationRequest) => (await obtainTokens(party, request)).tokens;
    const refresh = (token: string | undefined, id: string, by = party, extra: Record<string, string> = {}) =>
      by.token({ grant_type: 'refresh_token', refresh_token: token ?? '', ...extra }, { id, secret: secret(id) });
    const isActive = async (token: string, by = party) =>
      (await by.post('/oauth2/introspect', { token }, { id: 'confidential', secret: SECRET })).body.active;

    it('[7] gives one successor, whoever of fifty at once asks', async () => {
      const { refresh_token } = await obtain({ client_id: 'web', ...OFFLINE });
      const nodes = pair.map((server) => at(party, server));
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => refresh(refresh_token, 'web', nodes[index % 2])),
      );
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
      const [{ body }] = answers as [(typeof answers)[number]];
      for (const answer of answers) assert.deepEqual(answer.body, body);
      const used = sha256(refresh_token ?? '');
      const family = await pair[0].db.raw(
        `select t.id, t.consumed_at is null as live from oidc_artifacts a
         join oidc_artifacts t on t.grant_id = a.grant_id and t.model = a.model where a.model = 'RefreshToken' and a.id = ?
         order by live`,
        [used],
      );
      assert.deepEqual(family.rows, [
        { id: used, live: false },
        { id: sha256(body.refresh_token), live: true },
      ]);
      assert.equal((await refresh(body.refresh_token, 'web')).status, 200);
    });

    it('gives the very same answer again for ten seconds, on either node: a lost answer is no theft (R2)', async () => {
      const { refresh_token } = await obtain({ client_id: 'confidential', ...OFFLINE });
      const first = await refresh(refresh_token, 'confidential');
      clock.tick(9_900);
      const again = await refresh(refresh_token, 'confidential', at(party, pair[1]));
      assert.deepEqual([again.status, again.body], [200, first.body]);
      assert.equal((await refresh(first.body.refresh_token, 'confidential')).status, 200);
    });

    /** A used token comes back after ten seconds: its family and its access tokens end. @returns whose they were */
    const reuse = async (id: string): Promise<string> => {
      const { refresh_token, id_token = '' } = await obtain({ client_id: id, ...OFFLINE });
      const { body } = await refresh(refresh_token, id);
      assert.equal(await isActive(body.access_token), true);
      clock.tick(10_000);
      const reused = await refresh(refresh_token, id, at(party, pair[1]));
      assert.deepEqual([reused.status, reused.body.error], [400, 'invalid_grant']);
      assert.equal(await isActive(body.access_token, at(party, pair[1])), false);
      const successor = await refresh(body.refresh_token, id);
      assert.deepEqual([successor.status, successor.body.error], [400, 'invalid_grant']);
      return decodeJwt(id_token).sub ?? '';
    };

    it('[9] ends the family when a used token comes back after ten seconds; its access tokens end, too', async () => {
      const sub = await reuse('web');
      assert.match(pair[1].logs(), /used twice/);
      assert.deepEqual(await queuedJobs(pair[0].db, 'tell_of_reuse'), [{ app: 'The web', user_id: sub }]);
    });

    it('[9] sends no mail where the client keeps a secret: whoever stole its token could not use it', async () => {
      const before = await queuedJobs(pair[0].db, 'tell_of_reuse');
      const sub = await reuse('confidential');
      const told = await pair[0].db('events').where({ type: 'identity.token.reuse-detected.v1', subject: sub });
      assert.equal(told.length, 1);
      assert.deepEqual(await queuedJobs(pair[0].db, 'tell_of_reuse'), before);
    });

    it('[10] gives the answer again to nobody else, and for nothing else', async () => {
      const { refresh_token } = await obtain({ client_id: 'web', ...OFFLINE });
      const first = await refresh(refresh_token, 'web');
      assert.equal(first.status, 200);
      const other = await refresh(refresh_token, 'confidential');
      assert.deepEqual([other.status, other.body.error], [400, 'invalid_grant']);
      const stranger = await party.token(
        { grant_type: 'refresh_token', refresh_token: refresh_token ?? '' },
        { id: 'confidential', secret: `${SECRET}.` },
      );
      assert.deepEqual([stranger.status, stranger.body.error], [401, 'invalid_client']);
      const again = await refresh(refresh_token, 'web');
      assert.deepEqual([again.status, again.body], [200, first.body], 'what others try ends nothing');
      const more = await refresh(refresh_token, 'web', party, { scope: 'openid email profile' });
      assert.deepEqual([more.status, more.body.error], [400, 'invalid_grant']);
    });

    it('[10] is for a client that shows its secret alone, where it has one', async () => {
      const { refresh_token = '' } = await obtain({ client_id: 'confidential', ...OFFLINE });
      for (const wrong of [undefined, `${SECRET}.`]) {
        const client = { id: 'confidential', secret: wrong };
        const { status, body } = await party.token({ grant_type: 'refresh_token', refresh_token }, client);
        assert.deepEqual([status, body.error], [401, 'invalid_client']);
      }
      assert.equal((await refresh(refresh_token, 'confidential')).status, 200);
    });

    it('[10] widens neither scope nor audience', async () => {
      const { refresh_token } = await obtain({
        client_id: 'web',
        ...OFFLINE,
        scope: 'openid offline_access orders:read',
      });
      const wider = await refresh(refresh_token, 'web', party, { scope: 'openid email' });
      assert.deepEqual([wider.status, wider.body.error], [400, 'invalid_scope']);
      const elsewhere = await refresh(refresh_token, 'web', party, { resource: `${party.issuer}/v1` });
      assert.deepEqual([elsewhere.status, elsewhere.body.error], [400, 'invalid_target']);
      assert.equal((await refresh(refresh_token, 'web')).status, 200);
    });

    it('keeps to the lives that a client has: of access tokens, from the last use, and [9] in all despite rotation', async () => {
      const tokens = await obtain({ client_id: 'own', ...OFFLINE });
      const { iat = 0, exp = 0 } = decodeJwt(tokens['access_token'] ?? '');
      assert.deepEqual([exp - iat, Number(tokens['expires_in'])], [120, 120]);
      clock.tick(3_599_000);
      const second = await refresh(tokens['refresh_token'], 'own');
      assert.equal(second.status, 200);
      clock.tick(1_790_000);
      const third = await refresh(second.body.refresh_token, 'own');
      assert.equal(third.status, 200);
      clock.tick(12_000);
      const over = await refresh(third.body.refresh_token, 'own');
      assert.deepEqual([over.status, over.body.error], [400, 'invalid_grant']);
    });

    it('lasts for 14 days from the last use, and for 90 in all', async () => {
      let { refresh_token } = await obtain({ client_id: 'confidential', ...OFFLINE });
      for (let days = 13; days < 90; days += 13) {
        clock.tick(13 * DAY * 1000);
        const { status, body } = await refresh(refresh_token, 'confidential');
        if (days + 13 < 90) assert.equal(status, 200, `after ${days} days`);
        refresh_token = body.refresh_token;
      }
      clock.tick(13 * DAY * 1000);
      assert.equal((await refresh(refresh_token, 'confidential')).status, 400);
      const idle = await obtain({ client_id: 'confidential', ...OFFLINE });
      clock.tick(14 * DAY * 1000 + 1000);
      assert.equal((await refresh(idle['refresh_token'], 'confidential')).status, 400);
    });

    it('rotates nothing for a client that does without', async () => {
      const { refresh_token } = await obtain({ client_id: 'lenient', ...OFFLINE });
      for (let turn = 0; turn < 2; turn += 1) {
        clock.tick(60_000);
        const { status, body } = await refresh(refresh_token, 'lenient');
        assert.deepEqual([status, body.refresh_token], [200, refresh_token]);
      }
    });
  });
}
