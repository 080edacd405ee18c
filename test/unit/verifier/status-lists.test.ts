import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { deflateSync } from 'node:zlib';
import { SignJWT } from 'jose';
import { encodeStatusList, STATUS_LIST_SIZE } from '../../../src/revocations/index.ts';
import {
  type AccessTokenClaims,
  checkStatusLists,
  createVerifier,
  type Revocations,
  type StatusListOptions,
  type Unavailable,
} from '../../../src/verifier/index.ts';
import { StatusList } from '../../../src/verifier/status-list.ts';
import { API, type IssuerKey, makeKey, TestIssuer } from '../../support/issuer.ts';
import { refused, unavailable } from '../../support/refusals.ts';
import { TestClock } from '../../support/test-clock.ts';

const PATH = '/oauth2/status-lists/0';

describe('verifier: status lists', () => {
  let issuer: TestIssuer;
  let clock: TestClock;
  let failures: Unavailable[];
  let lists: Revocations;
  /** The places that are set. */
  let ended: number[];
  let bent: { claims?: object; header?: object; key?: IssuerKey };
  /** Answers in place of the list, where it is set. */
  let instead: RequestListener | undefined;
  let headers: Record<string, string>;

  beforeEach(async () => {
    issuer = await TestIssuer.start();
    clock = new TestClock();
    [failures, ended, bent, instead, headers] = [[], [7], {}, undefined, { 'cache-control': 'public, max-age=60' }];
    issuer.now = () => Math.floor(clock.now().getTime() / 1000);
    const key = issuer.keys[0] as IssuerKey;
    issuer.instead = (request, response) => {
      if (request.url === '/jwks') response.end(JSON.stringify({ keys: [key.publicJwk] }));
      else if (request.url !== PATH)
        response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }));
      else if (instead) instead(request, response);
      else void answer(request, response);
    };
    lists = listsOf();
  });
  afterEach(() => issuer.close());

  const answer = async (...[request, response]: Parameters<RequestListener>) => {
    const etag = `"${ended.join()}"`;
    response.setHeaders(new Map(Object.entries({ etag, ...headers })));
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    const now = issuer.now();
    const usual = { iss: issuer.url, sub: issuer.url + PATH, iat: now, exp: now + 3600, ttl: 60 };
    const { claims, header, key = issuer.keys[0] as IssuerKey } = bent;
    const token = await new SignJWT({
      ...usual,
      status_list: { bits: 1, lst: encodeStatusList(0, ended) },
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'statuslist+jwt', ...header })
      .sign(key.privateKey);
    response.end(token);
  };
  const listsOf = (options: Partial<StatusListOptions> = {}) =>
    checkStatusLists({ issuer: issuer.url, clock, onRefreshFailure: (error) => void failures.push(error), ...options });
  const at = (idx: unknown, uri: unknown = issuer.url + PATH) =>
    ({ status: { status_list: { idx, uri } } }) as unknown as AccessTokenClaims;
  const isRevoked = async (claims: AccessTokenClaims, by = lists) => by.isRevoked(claims);
  const fetches = () => issuer.asked.filter(({ path }) => path === PATH);

  it('tell which tokens have ended; one fetch is for all', async () => {
    const told = await Promise.all(Array.from({ length: 50 }, (_, idx) => isRevoked(at(idx))));
    assert.deepEqual(
      told.map((is, idx) => (is ? idx : -1)).filter((idx) => idx >= 0),
      [7],
    );
    assert.equal(fetches().length, 1);
    assert.equal(fetches()[0]?.headers.accept, 'application/statuslist+jwt');
  });

  it('make a verifier refuse', async () => {
    const verifier = createVerifier({ issuer: issuer.url, audience: API, clock, revocations: lists });
    await verifier.ready();
    await verifier.verify(await issuer.token({ claims: { ...at(6) } }));
    await refused(verifier.verify(await issuer.token({ claims: { ...at(7) } })), 'token_revoked');
    await refused(
      verifier.verify(await issuer.token({ claims: { ...at(STATUS_LIST_SIZE) } })),
      'token_claim',
      'status',
    );
    await refused(verifier.verify(await issuer.token()), 'token_claim', 'status');
    instead = (_request, response) => response.writeHead(500).end();
    clock.advance(3606);
    await unavailable(verifier.verify(await issuer.token({ claims: { ...at(6) } })), 'revocations_unavailable');
  });

  it('are asked for again after their ttl, and not sent again while they are the same', async () => {
    assert.equal(await isRevoked(at(8)), false);
    clock.advance(59.999);
    await isRevoked(at(8));
    assert.equal(fetches().length, 1);
    clock.advance(0.001);
    await isRevoked(at(8));
    assert.deepEqual([fetches().length, fetches()[1]?.headers['if-none-match']], [2, '"7"']);
    clock.advance(59);
    assert.equal(await isRevoked(at(7)), true);
    assert.equal(fetches().length, 2, 'fresh again from the 304 on');
    ended.push(8);
    assert.equal(await isRevoked(at(8)), false);
    clock.advance(1);
    assert.equal(await isRevoked(at(8)), true);
  });

  it('are asked for again sooner where the list, or a cache on the way, has used up its time', async () => {
    for (const [bend, extra, seconds] of [
      [{ claims: { ttl: 10 } }, {}, 10],
      [{}, { age: '45' }, 15],
      [{}, { age: '60' }, 1],
      [{}, { 'cache-control': 'no-store' }, 1],
      [{ claims: { ttl: undefined } }, { 'cache-control': '' }, 60],
      [{ claims: { ttl: -1 } }, { 'cache-control': 'max-age=900' }, 60],
    ] as const) {
      [bent, headers] = [bend, { ...headers, age: '0', ...extra }];
      const fresh = listsOf();
      await isRevoked(at(8), fresh);
      const before = fetches().length;
      clock.advance(seconds - 0.001);
      await isRevoked(at(8), fresh);
      assert.equal(fetches().length, before, JSON.stringify([bend, extra]));
      clock.advance(0.001);
      await isRevoked(at(8), fresh);
      assert.equal(fetches().length, before + 1, JSON.stringify([bend, extra]));
      headers = { 'cache-control': 'public, max-age=60' };
    }
  });

  const faults: Record<string, RequestListener> = {
    'answers 500': (_request, response) => response.writeHead(500).end(),
    'is gone': (_request, response) => response.writeHead(404).end(),
    'sends elsewhere': (_request, response) => response.writeHead(302, { location: PATH }).end(),
    'says that nothing has changed': (_request, response) => response.writeHead(304).end(),
    hangs: () => undefined,
    'breaks off': (_request, response) => void response.destroy(),
    'talks garbage': (_request, response) => response.end('<html>'),
    'is far too long': (_request, response) => response.end('x'.repeat(300_000)),
  };
  for (const [what, fault] of Object.entries(faults)) {
    it(`of an issuer that ${what} tell nothing, and pause before they are asked for again`, async () => {
      instead = fault;
      // Long for a machine that has much else to do, but for whom it is waited out.
      lists = listsOf({ timeout: what === 'hangs' ? 1 : 10 });
      const error = await unavailable(isRevoked(at(8)), 'revocations_unavailable');
      await unavailable(isRevoked(at(8)), 'revocations_unavailable');
      assert.deepEqual([fetches().length, failures.length], [1, 1]);
      instead = undefined;
      clock.advance(error.retryAfter);
      assert.deepEqual([await isRevoked(at(8)), await isRevoked(at(7))], [false, true]);
    });
  }

  it('that cannot be had again go on until their exp, and no longer', async () => {
    assert.equal(await isRevoked(at(8)), false);
    instead = faults['answers 500'];
    clock.advance(3604);
    assert.deepEqual([await isRevoked(at(8)), await isRevoked(at(7))], [false, true]);
    clock.advance(1);
    await unavailable(isRevoked(at(8)), 'revocations_unavailable');
    instead = undefined;
    clock.advance(31);
    assert.equal(await isRevoked(at(8)), false);
    assert.equal(fetches().at(-1)?.headers['if-none-match'], undefined, 'one that has expired is sent again');
  });

  it('are asked for again when the clock was set back', async () => {
    assert.equal(await isRevoked(at(8)), false);
    ended.push(8);
    clock.advance(-3600);
    assert.equal(await isRevoked(at(8)), true);
  });

  it('that are not the issuer’s for this address are none', async () => {
    const stranger = await makeKey();
    const bomb = deflateSync(Buffer.alloc(5 * 1024 * 1024)).toString('base64url');
    const bad: Record<string, typeof bent> = {
      'another key': { key: stranger },
      'a forged signature': { key: { ...stranger, kid: issuer.keys[0]?.kid ?? '' } },
      'another kind of token': { header: { typ: 'at+jwt' } },
      'another list': { claims: { sub: `${issuer.url}/oauth2/status-lists/1` } },
      'another issuer': { claims: { iss: 'https://evil.example' } },
      expired: { claims: { exp: issuer.now() - 6 } },
      'without end': { claims: { exp: undefined } },
      'without a list': { claims: { status_list: undefined } },
      'of three bits': { claims: { status_list: { bits: 3, lst: encodeStatusList(0, []) } } },
      'not compressed': { claims: { status_list: { bits: 1, lst: 'AAAA' } } },
      'a bomb': { claims: { status_list: { bits: 1, lst: bomb } } },
    };
    for (const [what, bend] of Object.entries(bad)) {
      bent = bend;
      await unavailable(isRevoked(at(8), listsOf()), 'revocations_unavailable').catch((error) => {
        throw new Error(what, { cause: error });
      });
    }
    assert.equal(failures.length, Object.keys(bad).length);
  });

  it('are not looked for where a token’s claim is none, or sends elsewhere', async () => {
    const port = new URL(issuer.url).port;
    const elsewhere = [
      'https://evil.example/lists/0',
      `${issuer.url}.evil.example/lists/0`,
      `${issuer.url}@evil.example/0`,
      `${issuer.url}/../x`,
      `${issuer.url}${PATH}#x`,
      `http://LOCALHOST:${port}${PATH}`,
      issuer.url,
      7,
    ];
    const indexes = [-1, 1.5, '7', 2 ** 53, null, undefined];
    const bad = [
      ...elsewhere.map((uri) => at(7, uri)),
      ...indexes.map((idx) => ({ status: { status_list: { idx, uri: issuer.url + PATH } } })),
      ...[null, 'x', {}, { status_list: null }, { identifier_list: {} }].map((status) => ({ status })),
    ] as unknown as AccessTokenClaims[];
    const lenient = listsOf({ withoutStatus: 'accept' });
    for (const claims of bad) {
      await refused(isRevoked(claims), 'token_claim', 'status');
      await refused(isRevoked(claims, lenient), 'token_claim', 'status');
    }
    assert.deepEqual(issuer.asked, []);
  });

  it('have no word on tokens without a place: those are refused, or accepted where that is said', async () => {
    const none = {} as AccessTokenClaims;
    await refused(isRevoked(none), 'token_claim', 'status');
    assert.equal(await isRevoked(none, listsOf({ withoutStatus: 'accept' })), false);
    assert.throws(() => listsOf({ withoutStatus: 'maybe' as 'accept' }), /^TypeError: withoutStatus/);
    assert.throws(() => listsOf({ issuer: 'http://id.example.com' }), /^TypeError: issuer/);
  });

  it('may have more than one bit for each token; whatever is not valid has ended', () => {
    const lst = deflateSync(Buffer.from([0b1100_1001, 0b0001_0000])).toString('base64url');
    const read = (bits: number, count: number) => {
      const list = new StatusList(bits, lst);
      return Array.from({ length: count }, (_, idx) => list.at(idx));
    };
    assert.deepEqual(read(1, 17), [1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, undefined]);
    assert.deepEqual(read(2, 9), [1, 2, 0, 3, 0, 0, 1, 0, undefined]);
    assert.deepEqual(read(4, 5), [9, 12, 0, 1, undefined]);
    assert.deepEqual(read(8, 3), [0b1100_1001, 0b0001_0000, undefined]);
  });
});
