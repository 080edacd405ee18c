import assert from 'node:assert/strict';
import { backoff } from '../../../src/verifier/backoff.ts';
import {
  type AccessTokenClaims,
  createVerifier,
  type FollowOptions,
  followRevocations,
  type Revocations,
  type Unavailable,
} from '../../../src/verifier/index.ts';
import { TestIssuer } from '../../support/issuer.ts';
import { unavailable } from '../../support/refusals.ts';
import { TestFeed } from '../../support/revocation-feed.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';

const LIST = '/v1/revocations';

describe('verifier: following what has ended', () => {
  let issuer: TestIssuer;
  let feed: TestFeed;
  let clock: TestClock;
  let failures: Unavailable[];
  let following: Revocations[];

  beforeEach(async () => {
    issuer = await TestIssuer.start();
    feed = new TestFeed(issuer);
    clock = new TestClock();
    failures = [];
    following = [];
  });
  afterEach(async () => {
    for (const each of following) each.close();
    await issuer.close();
  });

  const follow = (options: Partial<FollowOptions> = {}): Revocations => {
    const followed = followRevocations({
      issuer: issuer.url,
      clientId: 'gate way',
      clientSecret: 'a:secret/+',
      clock,
      shortestPause: 0.01,
      longestPause: 0.02,
      onFailure: (error) => void failures.push(error),
      ...options,
    });
    following.push(followed);
    return followed;
  };
  const isRevoked = async (from: Revocations, claims: Partial<AccessTokenClaims>) =>
    from.isRevoked({
      jti: 'grant.own',
      sub: 'ada',
      sid: 's',
      client_id: 'web',
      iat: 100,
      ...claims,
    } as AccessTokenClaims);
  const waits = () => until('a question is held open', () => feed.waiting === 1);
  const seen = (from: Revocations, claims: Partial<AccessTokenClaims>) =>
    until('it is known', () => isRevoked(from, claims));

  it('gets a token for the list, reads all of it, and is ready then', async () => {
    feed.end('jti', 'old');
    const followed = follow();
    await followed.ready?.();
    assert.equal(await isRevoked(followed, { jti: 'old' }), true);
    assert.equal(await isRevoked(followed, {}), false);
    const [token, list] = feed.asked;
    const basic = Buffer.from('gate+way:a%3Asecret%2F%2B').toString('base64');
    assert.deepEqual([token?.url, token?.authorization], ['/oauth2/token', `Basic ${basic}`]);
    assert.deepEqual(Object.fromEntries(new URLSearchParams(token?.body)), {
      grant_type: 'client_credentials',
      scope: 'revocations:read',
      resource: `${issuer.url}/v1`,
    });
    assert.deepEqual([list?.url, list?.authorization], [LIST, 'Bearer token-1']);
    await waits();
    assert.deepEqual(feed.questions(LIST), [LIST, `${LIST}?after=1&wait=30`]);
  });

  it('hears of news at once, and of each kind knows the tokens that are meant', async () => {
    const followed = follow();
    await followed.ready?.();
    await waits();
    const kinds: [string, string, Partial<AccessTokenClaims>][] = [
      ['jti', 'one', { jti: 'one' }],
      ['grant', 'g', { jti: 'g.own' }],
      ['sid', 'session', { sid: 'session' }],
      ['sub', 'eve', { sub: 'eve' }],
      ['client', 'shop', { client_id: 'shop' }],
    ];
    for (const [kind, value, claims] of kinds) {
      assert.equal(await isRevoked(followed, claims), false, kind);
      feed.end(kind, value);
      await seen(followed, claims);
    }
    for (const innocent of [{}, { jti: 'g' }, { jti: 'own.g' }, { jti: 'x', sub: 'one' }]) {
      assert.equal(await isRevoked(followed, innocent), false, JSON.stringify(innocent));
    }
  });

  it('means tokens that were issued before, where an entry says so', async () => {
    feed.end('sub', 'ada', { before: 200 });
    const followed = follow();
    assert.deepEqual([await isRevoked(followed, { iat: 199 }), await isRevoked(followed, { iat: 200 })], [true, false]);
  });

  it('takes what it is told twice as once, and does not ask without a pause', async () => {
    feed.end('jti', 'one');
    feed.repeated = 1;
    const began = Date.now();
    const followed = follow();
    await until('it was told four times', () => feed.questions(LIST).length >= 4);
    assert.ok(Date.now() - began > 700, `${Date.now() - began} ms`);
    feed.end('jti', 'two');
    await seen(followed, { jti: 'two' });
    assert.equal(await isRevoked(followed, { jti: 'one' }), true);
  });

  it('reads all of it again when its cursor is refused, as by a database that was restored', async () => {
    for (const value of ['one', 'two', 'three']) feed.end('jti', value);
    const followed = follow();
    await waits();
    feed.entries.length = 0;
    feed.hangUp();
    await until('it was told that its question is over', () => feed.waiting === 0);
    feed.end('jti', 'after the restoration');
    await seen(followed, { jti: 'after the restoration' });
  });

  it('forgets what no token can be of any more, a while after a verifier would take one', async () => {
    feed.end('jti', 'old', { expiresAt: clock.now().getTime() + 60_000 });
    const followed = follow({ staleAfter: 10_000 });
    await waits();
    for (const [seconds, value] of [
      [359, true],
      [2, false],
    ] as const) {
      clock.advance(seconds);
      feed.end('jti', `at ${seconds}`);
      await seen(followed, { jti: `at ${seconds}` });
      assert.equal(await isRevoked(followed, { jti: 'old' }), value);
    }
  });

  it('gets a new token before one expires, and once when one is not taken', async () => {
    feed.tokenLife = 100;
    const followed = follow({ staleAfter: 10_000 });
    await waits();
    clock.advance(49);
    feed.end('jti', 'one');
    await seen(followed, { jti: 'one' });
    await waits();
    assert.equal(feed.token, 1);
    clock.advance(1);
    feed.end('jti', 'two');
    await seen(followed, { jti: 'two' });
    await waits();
    assert.equal(feed.token, 2);
    feed.token = 7;
    feed.end('jti', 'three');
    await until('it has another', () => feed.token === 8);
    await waits();
    assert.deepEqual(failures, []);
  });

  it('takes any other way to a token', async () => {
    let given = 0;
    const token = () => {
      given += 1;
      feed.token = given + 1;
      return given === 1 ? 'a bad one' : `token-${feed.token}`;
    };
    const followed = followRevocations({ issuer: issuer.url, token, clock });
    following.push(followed);
    await followed.ready?.();
    assert.deepEqual([given, feed.questions('/oauth2/token')], [2, []]);
  });

  const away: Record<string, TestFeed['instead']> = {
    'answers 500': (_request, response) => response.writeHead(500).end(),
    'refuses every token': (_request, response) => response.writeHead(401).end(),
    'sends elsewhere': (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    hangs: () => undefined,
    'hangs in the middle': (_request, response) => void response.write('{"items":['),
    'breaks off': (_request, response) => void response.destroy(),
    'talks garbage': (_request, response) => response.end('<html>'),
    'tells no list': (_request, response) => response.end('{"items":{},"next_cursor":"1"}'),
    'has a bad cursor': (_request, response) => response.end('{"items":[],"next_cursor":"1&after=0"}'),
    'tells of a kind that is not known': (_request, response) =>
      response.end(
        '{"items":[{"kind":"moon","value":"x","before":null,"expires_at":"2030-01-01T00:00:00Z"}],"next_cursor":"1"}',
      ),
    'tells of no time': (_request, response) =>
      response.end('{"items":[{"kind":"jti","value":"x","before":null,"expires_at":"soon"}],"next_cursor":"1"}'),
  };
  for (const [what, instead] of Object.entries(away)) {
    it(`tells nothing while an issuer ${what}, and all when that is over`, async () => {
      feed.end('jti', 'one');
      feed.instead = instead;
      const followed = follow({ timeout: 0.2 });
      const error = await unavailable(isRevoked(followed, {}), 'revocations_unavailable');
      assert.ok(error.retryAfter >= 1);
      assert.equal(failures[0]?.code, 'revocations_unavailable');
      assert.deepEqual(feed.questions('/elsewhere'), [], 'a token goes to the issuer alone');
      assert.doesNotMatch(JSON.stringify([failures[0]?.message, String(failures[0]?.cause)]), /secret|token-1/);
      feed.instead = undefined;
      await followed.ready?.();
      assert.deepEqual([await isRevoked(followed, { jti: 'one' }), await isRevoked(followed, {})], [true, false]);
    });
  }

  const tokenless: Record<string, [TestFeed['insteadOfToken'], RegExp]> = {
    'is refused one': [
      (_request, response) => response.writeHead(401).end('{"error":"invalid_client"}'),
      /\/oauth2\/token answered 401: invalid_client$/,
    ],
    'is sent elsewhere': [
      (_request, response) => response.writeHead(307, { location: '/elsewhere' }).end(),
      /\/oauth2\/token answered 307$/,
    ],
    'is given none': [(_request, response) => response.end('{}'), /gave no token$/],
    'is left waiting': [() => undefined, /timeout/],
  };
  for (const [what, [instead, message]] of Object.entries(tokenless)) {
    it(`tells nothing while it asks for a token and ${what}`, async () => {
      feed.insteadOfToken = instead;
      const followed = follow({ timeout: 0.2 });
      await unavailable(isRevoked(followed, {}), 'revocations_unavailable');
      assert.match(failures[0]?.message ?? '', message);
      assert.deepEqual([feed.questions('/elsewhere'), feed.questions(LIST)], [[], []]);
      feed.insteadOfToken = undefined;
      await followed.ready?.();
    });
  }

  it('goes by what it has for a minute, then refuses to tell; what it knows to have ended stays so', async () => {
    feed.end('jti', 'one');
    const followed = follow();
    await waits();
    clock.advance(59.999);
    assert.equal(await isRevoked(followed, {}), false);
    clock.advance(0.001);
    await unavailable(isRevoked(followed, {}), 'revocations_unavailable');
    assert.equal(await isRevoked(followed, { jti: 'one' }), true);
    feed.end('jti', 'two');
    await until('the issuer is heard again', () =>
      isRevoked(followed, {})
        .then((is) => !is)
        .catch(() => false),
    );
    assert.equal(await isRevoked(followed, { jti: 'two' }), true);
    clock.advance(-3600);
    await unavailable(isRevoked(followed, {}), 'revocations_unavailable');
  });

  it('accepts instead where it is told to, also before it has read anything', async () => {
    feed.end('jti', 'one');
    feed.instead = away['answers 500'];
    const followed = follow({ onStale: 'accept', staleAfter: 10 });
    assert.equal(await isRevoked(followed, { jti: 'one' }), false);
    feed.instead = undefined;
    await followed.ready?.();
    clock.advance(100);
    assert.deepEqual([await isRevoked(followed, { jti: 'one' }), await isRevoked(followed, {})], [true, false]);
  });

  it('lets the first token wait for the first list', async () => {
    const answers: (() => void)[] = [];
    feed.end('jti', 'one');
    feed.instead = (_request, response) =>
      void answers.push(() => response.end(JSON.stringify({ items: feed.entries, next_cursor: '1' })));
    const told = isRevoked(follow(), { jti: 'one' });
    await until('it asks', () => answers.length === 1);
    answers[0]?.();
    assert.equal(await told, true);
  });

  it('ends at once when it is closed, and tells nothing any more', async () => {
    const followed = follow();
    await waits();
    followed.close();
    await until('its question is taken back', () => feed.waiting === 0, 1000);
    const questions = feed.asked.length;
    await unavailable(isRevoked(followed, {}), 'revocations_unavailable');
    assert.deepEqual([feed.asked.length, failures], [questions, []]);
    feed.instead = away['hangs'];
    const other = follow();
    const told = [isRevoked(other, {}), other.ready?.() ?? Promise.resolve()];
    other.close();
    for (const each of told) await unavailable(each, 'revocations_unavailable');
  });

  it('is told a verifier’s close, and makes its ready() wait', async () => {
    const revocations = follow();
    issuer.instead = undefined;
    const verifier = createVerifier({ issuer: issuer.url, audience: 'x', revocations });
    const ready = verifier.ready();
    verifier.close();
    await unavailable(ready, 'revocations_unavailable');
  });

  it('waits longer each time while the issuer is away, and not all as long', () => {
    const [least, most] = [0, 1].map((random) =>
      [1, 2, 3, 4, 5, 9, 2000].map((times) => backoff(times, 1, 30, random)),
    );
    assert.deepEqual(least, [1, 1, 1, 1, 1, 1, 1]);
    assert.deepEqual(most, [2, 4, 8, 16, 30, 30, 30]);
  });

  it('wants an issuer that is safe, credentials, and numbers that are some', () => {
    const good = { issuer: 'https://id.example.com', token: () => 'x' };
    const bad: [RegExp, object][] = [
      [/^TypeError: issuer/, { ...good, issuer: 'http://id.example.com' }],
      [/^TypeError: clientId, clientSecret/, { issuer: good.issuer, clientId: 'x' }],
      [/^TypeError: onStale/, { ...good, onStale: 'maybe' }],
      [/^TypeError: staleAfter/, { ...good, staleAfter: 0 }],
      [/^TypeError: wait/, { ...good, wait: 31 }],
      [/^TypeError: timeout/, { ...good, timeout: Number.NaN }],
    ];
    for (const [message, options] of bad) {
      assert.throws(() => followRevocations(options as FollowOptions), message);
    }
  });
});
