import assert from 'node:assert/strict';
import { createVerifier, type Unavailable, type Verifier, type VerifierOptions } from '../../../src/verifier/index.ts';
import { API, makeKey, TestIssuer } from '../../support/issuer.ts';
import { refused, unavailable } from '../../support/refusals.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';

describe('verifier: the issuer’s keys', () => {
  let issuer: TestIssuer;
  let clock: TestClock;
  let failures: Unavailable[];

  beforeEach(async () => {
    clock = new TestClock();
    failures = [];
    issuer = await TestIssuer.start();
    issuer.now = () => Math.floor(clock.now().getTime() / 1000);
  });
  afterEach(() => issuer.close());

  const verifierOf = (options: Partial<VerifierOptions> = {}): Verifier =>
    createVerifier({
      issuer: issuer.url,
      audience: API,
      clock,
      onRefreshFailure: (error) => void failures.push(error),
      ...options,
    });
  const paths = () => issuer.asked.map(({ path }) => path);
  const DISCOVERY = '/.well-known/openid-configuration';
  const fails: TestIssuer['instead'] = (_request, response) => response.writeHead(500).end();

  it('are fetched by the first token, once for all that come with it', async () => {
    const verifier = verifierOf();
    assert.deepEqual(paths(), []);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => issuer.token()));
    await Promise.all(tokens.map((token) => verifier.verify(token)));
    for (const token of tokens) await verifier.verify(token);
    assert.deepEqual(paths(), [DISCOVERY, '/jwks']);
  });

  it('are there before the first token, when the gateway waits for them', async () => {
    const verifier = verifierOf();
    await Promise.all([verifier.ready(), verifier.ready()]);
    await verifier.ready();
    assert.deepEqual(paths(), [DISCOVERY, '/jwks']);
  });

  it('that are new are fetched once for fifty tokens that name one', async () => {
    const verifier = verifierOf();
    await verifier.verify(await issuer.token());
    issuer.keys.unshift(await makeKey());
    const tokens = await Promise.all(Array.from({ length: 50 }, () => issuer.token()));
    await Promise.all(tokens.map((token) => verifier.verify(token)));
    assert.equal(issuer.fetches, 2);
  });

  it('are asked for once each cooldown, however many unknown ones are named', async () => {
    const verifier = verifierOf();
    await verifier.ready();
    const unknown = async () => issuer.token({ key: await makeKey() });
    for (let index = 0; index < 5; index += 1) await refused(verifier.verify(await unknown()), 'token_key_unknown');
    assert.equal(issuer.fetches, 2);
    issuer.keys.unshift(await makeKey());
    await refused(verifier.verify(await issuer.token()), 'token_key_unknown');
    clock.advance(29);
    await refused(verifier.verify(await issuer.token()), 'token_key_unknown');
    assert.equal(issuer.fetches, 2);
    clock.advance(1);
    await verifier.verify(await issuer.token());
    assert.equal(issuer.fetches, 3);
    const other = verifierOf({ cooldown: 5 });
    await other.ready();
    for (let index = 0; index < 3; index += 1) {
      await refused(other.verify(await unknown()), 'token_key_unknown');
      clock.advance(5);
    }
    assert.equal(issuer.fetches, 7);
  });

  it('are told as they are used, whatever becomes of the token, and none that nobody published', async () => {
    const used: string[] = [];
    const verifier = verifierOf({ onKeyUsed: (kid) => void used.push(kid) });
    const [first] = issuer.keys;
    await verifier.verify(await issuer.token());
    const second = await makeKey();
    issuer.keys.unshift(second);
    clock.advance(30);
    await verifier.verify(await issuer.token());
    await refused(verifier.verify(await issuer.token({ claims: { aud: 'elsewhere' } })), 'token_claim', 'aud');
    await refused(verifier.verify(await issuer.token({ key: await makeKey() })), 'token_key_unknown');
    await refused(verifier.verify('nonsense'), 'token_malformed');
    assert.deepEqual(used, [first?.kid, second.kid, second.kid]);
  });

  it('are refreshed behind when they are stale, and nobody waits', async () => {
    const verifier = verifierOf();
    const token = await issuer.token();
    await verifier.verify(token);
    clock.advance(299);
    await verifier.verify(token);
    assert.equal(issuer.fetches, 1);
    const answers: (() => void)[] = [];
    issuer.instead = (_request, response) => void answers.push(() => response.writeHead(304).end());
    clock.advance(1);
    for (let index = 0; index < 10; index += 1) await verifier.verify(token);
    await until('the refresh arrives', () => answers.length > 0);
    assert.equal(issuer.fetches, 2);
    assert.ok(issuer.asked.at(-1)?.headers['if-none-match']);
    for (const answer of answers) answer();
  });

  it('that have not changed are not sent again, and are fresh again', async () => {
    const verifier = verifierOf();
    const token = await issuer.token({ claims: { exp: issuer.now() + 5000 } });
    await verifier.verify(token);
    for (let round = 1; round <= 3; round += 1) {
      clock.advance(361);
      await verifier.verify(token);
      assert.equal(issuer.fetches, 1 + round);
      await verifier.verify(token);
      clock.advance(299);
      await verifier.verify(token);
      assert.equal(issuer.fetches, 1 + round, 'fresh for five minutes from the 304 on');
    }
    assert.equal(issuer.asked.filter(({ headers }) => headers['if-none-match']).length, 3);
    assert.deepEqual(failures, []);
  });

  it('that were taken away stop working after six minutes, also where no token came in between', async () => {
    const verifier = verifierOf();
    const token = await issuer.token();
    await verifier.verify(token);
    issuer.keys = [await makeKey()];
    clock.advance(299);
    await verifier.verify(token);
    clock.advance(61);
    await refused(verifier.verify(token), 'token_key_unknown');
  });

  it('that were taken away stop working with the first refresh behind', async () => {
    const verifier = verifierOf();
    const token = await issuer.token();
    await verifier.verify(token);
    issuer.keys = [await makeKey()];
    clock.advance(300);
    await verifier.verify(token);
    await until('the new keys are there', () =>
      verifier.verify(token).then(
        () => false,
        () => true,
      ),
    );
    assert.equal(issuer.fetches, 3, 'the refresh, and a look for the key that is gone');
  });

  it('that were taken away stop working at once when the gateway is told', async () => {
    const verifier = verifierOf();
    const token = await issuer.token();
    await verifier.verify(token);
    issuer.keys = [await makeKey()];
    await verifier.verify(token);
    await verifier.refresh();
    await refused(verifier.verify(token), 'token_key_unknown');
  });

  it('go on working while they cannot be refreshed, and no token waits for that', async () => {
    const verifier = verifierOf();
    const token = await issuer.token({ claims: { exp: issuer.now() + 200_000 } });
    await verifier.verify(token);
    issuer.instead = fails;
    clock.advance(1000);
    await verifier.verify(token);
    assert.equal(failures.length, 1);
    assert.match(failures[0]?.message ?? '', /answered 500/);
    issuer.instead = () => undefined;
    for (let hour = 1; hour <= 23; hour += 1) {
      clock.advance(3600);
      await verifier.verify(token);
    }
  });

  it('may not become older than a day: then nobody can tell', async () => {
    const verifier = verifierOf({ staleLimit: 7200 });
    const token = await issuer.token({ claims: { exp: issuer.now() + 200_000 } });
    await verifier.verify(token);
    issuer.instead = fails;
    clock.advance(7199);
    await verifier.verify(token);
    clock.advance(1);
    await unavailable(verifier.verify(token), 'keys_unavailable');
    issuer.instead = undefined;
    clock.advance(30);
    await verifier.verify(token);
  });

  it('that cannot be had at all are no fault of the token: try again in 1, 2, 4 … 30 seconds', async () => {
    const verifier = verifierOf();
    const token = await issuer.token({ claims: { exp: issuer.now() + 5000 } });
    issuer.instead = fails;
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      const { retryAfter } = await unavailable(verifier.verify(token), 'keys_unavailable');
      await unavailable(verifier.verify(token), 'keys_unavailable');
      assert.equal(issuer.asked.length, attempt, 'nobody is asked in between');
      pauses.push(retryAfter);
      clock.advance(retryAfter);
    }
    assert.deepEqual(pauses, [1, 2, 4, 8, 16, 30, 30]);
    issuer.instead = undefined;
    await verifier.verify(token);
  });

  it('that are not known while the issuer does not answer: nobody can tell either', async () => {
    const verifier = verifierOf();
    await verifier.ready();
    issuer.instead = fails;
    issuer.keys.unshift(await makeKey());
    await unavailable(verifier.verify(await issuer.token()), 'keys_unavailable');
    issuer.instead = undefined;
    clock.advance(30);
    await verifier.verify(await issuer.token());
  });

  it('are not replaced by nonsense', async () => {
    const verifier = verifierOf();
    const token = await issuer.token();
    await verifier.verify(token);
    const answers = [
      '',
      '{',
      'null',
      '[]',
      '{}',
      '{"keys": 7}',
      '{"keys": [7]}',
      JSON.stringify({ keys: 'x'.repeat(300_000) }),
    ];
    for (const text of answers) {
      issuer.instead = (_request, response) => response.end(text);
      await assert.rejects(verifier.refresh(), { code: /keys_unavailable|issuer_mismatch/ }, text.slice(0, 20));
      await verifier.verify(token);
      clock.advance(30);
    }
    assert.equal(failures.length, answers.length);
  });

  it('are fresh for as long as Cache-Control says, within half a minute and ten', async () => {
    const freshFor = async (cacheControl: string | undefined, age?: string): Promise<number> => {
      issuer.cacheControl = cacheControl;
      issuer.instead = undefined;
      const verifier = verifierOf({
        fetch: async (...request) => {
          const answer = await fetch(...request);
          const headers = new Headers(answer.headers);
          if (age !== undefined) headers.set('age', age);
          return new Response(await answer.arrayBuffer(), { status: answer.status, headers });
        },
      });
      await verifier.ready();
      const before = issuer.fetches;
      for (let seconds = 0; ; seconds += 10) {
        await verifier.ready();
        if (issuer.fetches > before) return seconds;
        clock.advance(10);
      }
    };
    assert.equal(await freshFor('public, max-age=120'), 120);
    assert.equal(await freshFor('MAX-AGE=120, s-maxage=5'), 120);
    assert.equal(await freshFor('max-age=120', '50'), 70);
    assert.equal(await freshFor(undefined), 300);
    assert.equal(await freshFor('max-age=86400'), 600);
    assert.equal(await freshFor('no-store'), 30);
    assert.equal(await freshFor('max-age=0'), 30);
    assert.equal(await freshFor('max-age=-5'), 300);
    assert.equal(await freshFor('max-age=120', '500'), 30);
  });

  it('are never older than ten minutes while the issuer answers, whatever it allows', async () => {
    issuer.cacheControl = 'max-age=500, stale-while-revalidate=86400';
    const verifier = verifierOf();
    const token = await issuer.token();
    await verifier.verify(token);
    issuer.keys = [await makeKey()];
    clock.advance(600);
    await refused(verifier.verify(token), 'token_key_unknown');
  });

  it('are asked for again when the clock was set back, also after a failure', async () => {
    const verifier = verifierOf();
    await verifier.ready();
    clock.advance(-86_400);
    issuer.instead = fails;
    await verifier.ready();
    await until('they are asked for', () => failures.length === 1);
    clock.advance(-86_400);
    await verifier.ready();
    await until('they are asked for', () => failures.length === 2);
  });
});
