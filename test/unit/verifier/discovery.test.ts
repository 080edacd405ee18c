import assert from 'node:assert/strict';
import { createVerifier, type VerifierOptions } from '../../../src/verifier/index.ts';
import { API, TestIssuer } from '../../support/issuer.ts';
import { unavailable } from '../../support/refusals.ts';
import { TestClock } from '../../support/test-clock.ts';

describe('verifier: discovery', () => {
  let issuer: TestIssuer;

  beforeEach(async () => {
    issuer = await TestIssuer.start();
  });
  afterEach(() => issuer.close());

  const verifierOf = (options: Partial<VerifierOptions> = {}) =>
    createVerifier({ issuer: issuer.url, audience: API, ...options });

  it('of another issuer is not believed', async () => {
    const elsewhere = await TestIssuer.start();
    for (const told of [elsewhere.url, `${issuer.url}/`, issuer.url.toUpperCase(), undefined, null, [issuer.url]]) {
      issuer.document = { issuer: told, jwks_uri: `${elsewhere.url}/jwks` };
      await unavailable(verifierOf().verify(await issuer.token()), 'issuer_mismatch');
    }
    assert.deepEqual(elsewhere.asked, []);
    assert.equal(issuer.fetches, 0);
    await elsewhere.close();
  });

  it('that names keys where nobody should fetch them is not followed', async () => {
    for (const jwks_uri of [
      undefined,
      '',
      7,
      '/jwks',
      'http://id.example/jwks',
      'file:///etc/passwd',
      'data:,{"keys":[]}',
    ]) {
      issuer.document = { jwks_uri };
      const error = await unavailable(verifierOf().verify(await issuer.token()), 'keys_unavailable');
      assert.match(error.message, /no https address/);
    }
  });

  it('is not led anywhere else', async () => {
    const elsewhere = await TestIssuer.start();
    for (const status of [301, 302, 303, 307, 308]) {
      issuer.instead = (request, response) =>
        response.writeHead(status, { location: elsewhere.url + request.url }).end();
      const error = await unavailable(verifierOf().verify(await issuer.token()), 'keys_unavailable');
      assert.match(error.message, new RegExp(`answered ${status}`));
    }
    assert.deepEqual(elsewhere.asked, []);
    await elsewhere.close();
  });

  it('gives up on a server that hangs: before its headers, and within its body', async () => {
    const hanging: TestIssuer['instead'][] = [
      () => undefined,
      (_request, response) => void response.write('{"issuer"'),
    ];
    for (const instead of hanging) {
      issuer.instead = instead;
      const started = performance.now();
      await unavailable(verifierOf({ timeout: 0.05 }).verify(await issuer.token()), 'keys_unavailable');
      assert.ok(performance.now() - started < 4500, 'the usual patience is 5 s');
    }
  });

  it('gives up on an answer that does not end', async () => {
    let sent = 0;
    issuer.instead = (_request, response) => {
      const more = () => {
        sent += 1;
        if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more));
      };
      more();
    };
    const error = await unavailable(verifierOf().verify(await issuer.token()), 'keys_unavailable');
    assert.match(error.message, /more than 262144 bytes/);
    assert.ok(sent < 200, `${sent} pieces were taken`);
  });

  it('is done again after a failure: the keys may have moved', async () => {
    const clock = new TestClock();
    issuer.now = () => Math.floor(clock.now().getTime() / 1000);
    const verifier = verifierOf({ clock });
    await verifier.verify(await issuer.token());
    const elsewhere = await TestIssuer.start();
    elsewhere.keys = issuer.keys;
    issuer.document = { jwks_uri: `${elsewhere.url}/jwks` };
    issuer.instead = (_request, response) => response.writeHead(410).end();
    clock.advance(361);
    await verifier.verify(await issuer.token());
    issuer.instead = undefined;
    await verifier.refresh();
    assert.equal(elsewhere.fetches, 1);
    assert.equal(elsewhere.asked[0]?.headers['if-none-match'], undefined, 'another address knows no ETag of this one');
    await elsewhere.close();
  });

  it('has the correlation id of the token that caused it', async () => {
    await verifierOf().verify(await issuer.token(), { correlationId: 'order-4711' });
    assert.deepEqual(
      issuer.asked.map(({ headers }) => headers['x-correlation-id']),
      ['order-4711', 'order-4711'],
    );
    issuer.asked = [];
    await verifierOf().verify(await issuer.token());
    assert.deepEqual(
      issuer.asked.map(({ headers }) => headers['x-correlation-id']),
      [undefined, undefined],
    );
  });

  it('is done beneath the path of an issuer that has one', async () => {
    const nested = `${issuer.url}/tenant/`;
    issuer.instead = (request, response) => {
      assert.equal(request.url, '/tenant/.well-known/openid-configuration');
      response.end(JSON.stringify({ issuer: nested, jwks_uri: `${issuer.url}/nowhere` }));
      issuer.instead = undefined;
    };
    const error = await unavailable(
      createVerifier({ issuer: nested, audience: API }).verify(await issuer.token()),
      'keys_unavailable',
    );
    assert.match(error.message, /nowhere answered 404/);
  });
});

describe('verifier: options', () => {
  const right = { issuer: 'https://id.example', audience: API };

  for (const [name, wrong] of [
    ['issuer', { issuer: 'http://id.example' }],
    ['issuer', { issuer: 'id.example' }],
    ['issuer', { issuer: 'https://id.example?x=1' }],
    ['audience', { audience: [] }],
    ['audience', { audience: '' }],
    ['algorithms', { algorithms: [] }],
    ['algorithms', { algorithms: ['none'] }],
    ['algorithms', { algorithms: ['ES256', 'HS256'] }],
    ['proofAlgorithms', { proofAlgorithms: ['HS256'] }],
    ['clockTolerance', { clockTolerance: -1 }],
    ['cooldown', { cooldown: Number.NaN }],
    ['timeout', { timeout: 0 }],
  ] as const) {
    it(`${JSON.stringify(wrong)} cannot be right`, () => {
      assert.throws(() => createVerifier({ ...right, ...wrong } as VerifierOptions), {
        name: 'TypeError',
        message: new RegExp(`^${name}: `),
      });
    });
  }

  it('that are right ask nobody anything', () => {
    createVerifier({ ...right, algorithms: ['ES256', 'ML-DSA-65'] }).close();
  });
});
