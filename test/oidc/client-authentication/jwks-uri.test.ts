import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';
import sinon from 'sinon';
import { AssertionKey, asserted } from '../../support/client-assertion.ts';
import { freePort } from '../../support/ports.ts';
import { RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const REFUSED = [401, 'invalid_client'];
const GRANTED = [200, undefined];

/** Names and spellings of addresses that lead to this machine. */
const HAS_IPV6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
const PRIVATE = ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', ...(HAS_IPV6 ? ['[::1]'] : [])];

const yamlFor = (port: number, host = '127.0.0.1') => `clients:
  - client_id: signer
    token_endpoint_auth_method: private_key_jwt
    grant_types: [client_credentials]
    scope: candidates:read
    jwks_uri: http://${host}:${port}/jwks
`;

describe('private_key_jwt with a jwks_uri', () => {
  let keys: Server;
  let port: number;
  let asked: string[];
  /** How the client answers for its keys. */
  let answer: (response: ServerResponse) => void;
  let server: TestServer;
  let one: AssertionKey;
  let two: AssertionKey;
  let clock: sinon.SinonFakeTimers;

  before(async () => {
    port = await freePort();
    keys = createServer((request, response) => {
      asked.push(request.url ?? '');
      answer(response);
      // At every address of the machine.
    }).listen(port);
    await once(keys, 'listening');
    [one, two] = await Promise.all([AssertionKey.create('one'), AssertionKey.create('two')]);
  });
  after(() => {
    keys.closeAllConnections();
    keys.close();
  });
  beforeEach(async () => {
    asked = [];
    // The engine's guard refuses private addresses; here, and only here, loopback is where the client lives.
    const open = (url: URL, { dispatcher: _guard, ...options }: RequestInit) => fetch(url, options);
    server = await startServer({ yaml: yamlFor(port), fetch: open as never });
    clock = sinon.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  });
  afterEach(async () => {
    clock.restore();
    await server.close();
  });

  const publish = (published: readonly AssertionKey[], headers: Record<string, string> = {}) => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ keys: published.map(({ publicJwk }) => publicJwk) }));
    };
  };
  const ask = async (key: AssertionKey, header: Record<string, unknown> = {}, at = server) => {
    const assertion = await key.assertion('signer', at.issuer, {}, header);
    const machine = { grant_type: 'client_credentials', scope: 'candidates:read', resource: `${at.issuer}/v1` };
    const party = new RelyingParty(at.issuer);
    const { status, body } = await party.token({ ...machine, ...asserted(assertion) }, { id: 'signer' });
    return [status, body.error];
  };

  it('asks for the keys once, and again when they are a minute old', async () => {
    publish([one]);
    for (let time = 0; time < 3; time += 1) assert.deepEqual(await ask(one), GRANTED);
    assert.deepEqual(asked, ['/jwks']);
    clock.tick(61_000);
    assert.deepEqual(await ask(one), GRANTED);
    assert.equal(asked.length, 2);
  });

  it('keeps them for as long as the client says', async () => {
    publish([one], { 'cache-control': 'max-age=600' });
    assert.deepEqual(await ask(one), GRANTED);
    clock.tick(599_000);
    assert.deepEqual(await ask(one), GRANTED);
    assert.equal(asked.length, 1);
    clock.tick(2_000);
    assert.deepEqual(await ask(one), GRANTED);
    assert.equal(asked.length, 2);
  });

  it('[11] follows the client’s rotation: a new key counts, and one that was withdrawn does not', async () => {
    publish([one]);
    assert.deepEqual(await ask(one), GRANTED);
    publish([one, two]);
    clock.tick(61_000);
    assert.deepEqual(await ask(two), GRANTED);
    assert.deepEqual(await ask(one), GRANTED);
    assert.deepEqual(await ask(one, { kid: undefined }), GRANTED, 'without a kid each is tried');
    publish([two]);
    clock.tick(61_000);
    assert.deepEqual(await ask(one), REFUSED);
    assert.deepEqual(await ask(one, { kid: undefined }), REFUSED);
    assert.deepEqual(await ask(two), GRANTED);
  });

  it('goes on with the keys it knows for an hour after they cannot be had any more', async () => {
    publish([one]);
    assert.deepEqual(await ask(one), GRANTED);
    answer = (response) => response.writeHead(500).end();
    for (let minutes = 1; minutes < 60; minutes += 20) {
      clock.tick(20 * 60_000);
      assert.deepEqual(await ask(one), GRANTED, `${minutes} minutes`);
    }
    clock.tick(3 * 60_000);
    assert.deepEqual(await ask(one), REFUSED);
    publish([one]);
    assert.deepEqual(await ask(one), GRANTED);
  });

  it('[22] follows no redirect', async () => {
    answer = (response) => response.writeHead(302, { location: `http://127.0.0.1:${port}/elsewhere` }).end();
    assert.deepEqual(await ask(one), REFUSED);
    assert.deepEqual(asked, ['/jwks']);
  });

  it('[22] takes no answer that is none: another status, no JSON, no keys, private keys, too much', async () => {
    const send = (body: string, status = 200) => {
      answer = (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    };
    const good = JSON.stringify({ keys: [one.publicJwk] });
    const { d } = (await crypto.subtle.exportKey('jwk', one.privateKey)) as { d: string };
    for (const [what, body, status] of [
      ['another status', good, 404],
      ['no JSON', '<html>', 200],
      ['no keys', '{}', 200],
      ['private keys', JSON.stringify({ keys: [{ ...one.publicJwk, d }] }), 200],
      ['a secret', JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'one' }] }), 200],
      ['more than 64 KiB', JSON.stringify({ keys: [one.publicJwk], pad: 'x'.repeat(65_536) }), 200],
    ] as const) {
      send(body, status);
      clock.tick(61_000);
      assert.deepEqual(await ask(one), REFUSED, what);
    }
    send(good);
    clock.tick(61_000);
    assert.deepEqual(await ask(one), GRANTED);
  });

  it('[22] waits no longer than 2.5 s', async () => {
    answer = () => undefined;
    const started = process.hrtime.bigint();
    assert.deepEqual(await ask(one), REFUSED);
    assert.ok(Number(process.hrtime.bigint() - started) / 1e9 < 5);
  });

  for (const host of PRIVATE) {
    it(`[22] asks nobody at ${host}, and says why in the log`, async () => {
      publish([one]);
      const guarded = await startServer({ yaml: yamlFor(port, host) });
      try {
        assert.deepEqual(await ask(one, {}, guarded), REFUSED);
        assert.deepEqual(asked, []);
        assert.match(guarded.logs(), /special-use IP address/);
      } finally {
        await guarded.close();
      }
    });
  }
});
