import assert from 'node:assert/strict';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { STATUS_LIST_SIZE } from '../../../src/revocations/index.ts';
import { StatusList } from '../../../src/verifier/status-list.ts';
import { SECRET } from '../../support/declaration.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';

const API = 'https://api.example.com';
const service = { id: 'gateway', secret: SECRET };
const REQUEST = { client_id: 'web', scope: 'openid orders:read', resource: API };
const yaml = `
require_verified_email: false
clients:
  - client_id: web
    redirect_uris: [https://app.example/callback]
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid email orders:read
  - client_id: gateway
    client_secret: ${SECRET}
    grant_types: [client_credentials]
    scope: revocations:read orders:read
resources:
  - identifier: ${API}
    scopes: [orders:read]
    claims: [email, name]
`;

interface Feed {
  readonly items: { kind: string; value: string; before: number | null; expires_at: string }[];
  readonly next_cursor: string;
}

describe('what has ended, for those who check tokens by themselves', () => {
  let server: TestServer;
  let party: RelyingParty;
  let bearer: string;
  const clock = new TestClock();
  before(async () => {
    server = await startServer({ yaml, clock });
    party = new RelyingParty(server.issuer);
    const parameters = { grant_type: 'client_credentials', scope: 'revocations:read', resource: `${server.issuer}/v1` };
    bearer = String((await party.token(parameters, service)).body.access_token);
  });
  after(() => server.close());

  const feed = async (query = ''): Promise<Feed> => {
    const answer = await fetch(`${server.issuer}/v1/revocations${query}`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    assert.equal(answer.status, 200);
    return (await answer.json()) as Feed;
  };
  const end = (token: string) => party.post('/oauth2/revoke', { token }, { id: 'web' });
  const statusOf = (token: string) => {
    const { status } = decodeJwt(token) as { status?: { status_list: { idx: number; uri: string } } };
    assert.ok(status);
    return status.status_list;
  };
  const listAt = async (uri: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(uri, { headers });
    return { answer, token: await answer.text() };
  };

  describe('in the feed', () => {
    it('is told once it has happened, and from there on', async () => {
      const { tokens } = await obtainTokens(party, REQUEST);
      const before = await feed();
      await end(tokens['access_token'] ?? '');
      const news = await feed(`?after=${before.next_cursor}`);
      const grant = decodeJwt(tokens['access_token'] ?? '').jti?.split('.')[0];
      const told = news.items.find(({ value }) => value === grant);
      assert.equal(told?.kind, 'grant');
      const left = (new Date(told?.expires_at ?? 0).getTime() - clock.now().getTime()) / 1000;
      assert.ok(left > 890 && left <= 900, 'as long as the longest token lives');
      assert.ok(
        (await feed()).items.some(({ value }) => value === grant),
        'whoever begins now is told of it, too',
      );
    });

    it('is waited for, and told at once', async () => {
      const { tokens } = await obtainTokens(party, REQUEST);
      const { next_cursor } = await feed();
      const waiting = feed(`?after=${next_cursor}&wait=30`);
      await end(tokens['access_token'] ?? '');
      assert.ok((await waiting).items.length > 0);
    });

    it('is not told by a server that has not looked for a while: to be silent would say that nothing has ended', async () => {
      const { tokens } = await obtainTokens(party, REQUEST);
      clock.advance(36);
      const headers = { authorization: `Bearer ${bearer}` };
      const answer = await fetch(`${server.issuer}/v1/revocations`, { headers });
      const { code } = (await answer.json()) as { code: string };
      assert.deepEqual([answer.status, code, answer.headers.get('retry-after')], [503, 'list_behind', '1']);
      await end(tokens['access_token'] ?? '');
      await until('it has looked', async () => (await fetch(`${server.issuer}/v1/revocations`, { headers })).ok);
    });

    it('is for those with the scope, and takes no other query', async () => {
      assert.equal((await fetch(`${server.issuer}/v1/revocations`)).status, 401);
      for (const query of ['?after=x', '?after=-1', '?wait=31', '?wait=-1', '?since=1']) {
        const headers = { authorization: `Bearer ${bearer}` };
        assert.equal((await fetch(`${server.issuer}/v1/revocations${query}`, { headers })).status, 400, query);
      }
    });
  });

  describe('in a status list', () => {
    it('is a bit at the token’s place, in a list that we sign', async () => {
      const [mine, other] = [await obtainTokens(party, REQUEST), await obtainTokens(party, REQUEST)];
      const { idx, uri } = statusOf(mine.tokens['access_token'] ?? '');
      const read = async () => {
        const { answer, token } = await listAt(uri);
        assert.equal(answer.headers.get('content-type'), 'application/statuslist+jwt');
        const keys = createRemoteJWKSet(new URL(`${server.issuer}/.well-known/jwks.json`));
        const { payload } = await jwtVerify(token, keys, {
          issuer: server.issuer,
          subject: uri,
          typ: 'statuslist+jwt',
        });
        const { lst, bits } = payload['status_list'] as { lst: string; bits: number };
        assert.deepEqual([bits, payload['ttl'], answer.headers.get('cache-control')], [1, 60, 'public, max-age=60']);
        return new StatusList(bits, lst);
      };
      assert.equal((await read()).at(idx), 0);
      await end(mine.tokens['access_token'] ?? '');
      await until('the list says so', async () => (await read()).at(idx) === 1);
      assert.equal((await read()).at(statusOf(other.tokens['access_token'] ?? '').idx), 0);
      assert.equal((await read()).at(STATUS_LIST_SIZE), undefined);
    });

    it('is another place for each grant, the same for its tokens, and one of its own for each token of a machine', async () => {
      const { tokens } = await obtainTokens(party, REQUEST);
      const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' };
      const { body } = await party.token(refresh, { id: 'web' });
      assert.deepEqual(statusOf(body.access_token), statusOf(tokens['access_token'] ?? ''));
      const parameters = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
      const machines = await Promise.all([1, 2, 3].map(() => party.token(parameters, service)));
      const places = [...machines.map((each) => each.body.access_token), tokens['access_token']].map(statusOf);
      assert.equal(new Set(places.map(({ idx }) => idx)).size, 4);
    });

    it('is in the next one where the first is full, and in that alone', async () => {
      const full = await startServer({ yaml });
      try {
        await full.db.raw(`select setval('status_index', ?, false)`, [STATUS_LIST_SIZE]);
        const its = new RelyingParty(full.issuer);
        const { access_token = '', refresh_token: token = '' } = (await obtainTokens(its, REQUEST)).tokens;
        const { idx, uri } = statusOf(access_token);
        const bits = async (address: string) => {
          const { status_list } = decodeJwt((await listAt(address)).token) as { status_list: { lst: string } };
          return new StatusList(1, status_list.lst).at(idx);
        };
        assert.deepEqual([uri.split('/').at(-1), await bits(uri)], ['1', 0]);
        await its.post('/oauth2/revoke', { token }, { id: 'web' });
        await until('the second list says so', async () => (await bits(uri)) === 1);
        assert.equal(await bits(uri.replace(/1$/, '0')), 0);
      } finally {
        await full.close();
      }
    });

    it('is the same bytes until it changes, with an ETag and a 304; there is none but those that are in use', async () => {
      const { tokens } = await obtainTokens(party, REQUEST);
      const { uri } = statusOf(tokens['access_token'] ?? '');
      const first = await listAt(uri);
      const etag = first.answer.headers.get('etag') ?? '';
      const second = await listAt(uri, { 'if-none-match': etag });
      assert.deepEqual([second.answer.status, second.token], [304, '']);
      await end(tokens['access_token'] ?? '');
      await until('it changes', async () => (await listAt(uri)).answer.headers.get('etag') !== etag);
      for (const list of ['1', '999999999', '-1', '01', 'x']) {
        assert.equal((await listAt(`${server.issuer}/oauth2/status-lists/${list}`)).answer.status, 404, list);
      }
    });
  });

  it('says of the person what the API’s declaration asks for, and no more', async () => {
    const { tokens } = await obtainTokens(party, REQUEST);
    const claims = decodeJwt(tokens['access_token'] ?? '');
    assert.equal(claims['name'], 'Ada Lovelace');
    assert.match(String(claims['email']), /@example\.com$/);
    assert.equal(claims['locale'], undefined);
  });
});
