import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import Koa from 'koa';
import { type CookieKeys, createCookieKeys } from '../../../src/http/index.ts';
import { DAY } from '../../support/keys.ts';

const SESSION = 14 * DAY;
const master = randomBytes(32);
const older = randomBytes(32);

/** Those of a process whose clock shows this second. */
function at(
  second: number,
  { masterKeys = [master], rotateEvery = 30 * DAY, given = undefined as string[] | undefined } = {},
): CookieKeys {
  const clock = { now: () => new Date(second * 1000) };
  return createCookieKeys({ given, masterKeys, rotateEvery, longest: SESSION, clock });
}

const START = Date.UTC(2026, 0, 1) / 1000;

describe('what cookies are signed with', () => {
  it('changes with each period, at the same moment everywhere, and a cookie stays good for all its life', () => {
    const periods = fc.integer({ min: DAY, max: 365 * DAY });
    const moments = fc.integer({ min: START, max: START + 2 * 365 * DAY });
    fc.assert(
      fc.property(periods, moments, fc.integer({ min: 0, max: SESSION - 60 }), (rotateEvery, signedAt, age) => {
        const signature = at(signedAt, { rotateEvery }).sign('a=b');
        // Clocks differ by a minute at most.
        for (const skew of [-60, 0, 60]) {
          const other = at(signedAt + age + skew, { rotateEvery });
          assert.ok(other.verify('a=b', signature), `after ${age} seconds and ${skew}`);
          assert.equal(other.verify('a=c', signature), false);
        }
        const next = at(signedAt + rotateEvery, { rotateEvery });
        assert.notEqual(next.sign('a=b'), signature);
      }),
    );
  });

  it('is forgotten once no cookie can be signed with it any more', () => {
    const begin = 600 * 30 * DAY;
    const signature = at(begin + 30 * DAY - 1).sign('a=b');
    assert.equal(at(begin + 30 * DAY - 1 + SESSION).verify('a=b', signature), true);
    assert.equal(at(begin + 60 * DAY).verify('a=b', signature), false);
    assert.equal(at(START).accepted().length, 3);
    assert.equal(at(START, { rotateEvery: DAY }).accepted().length, 16);
  });

  it('is the newest master key’s; one signed with an older is good as long as that is there', () => {
    const signature = at(START, { masterKeys: [older] }).sign('a=b');
    const both = at(START + DAY, { masterKeys: [master, older] });
    assert.ok(both.verify('a=b', signature));
    assert.equal(both.sign('a=b'), at(START + DAY).sign('a=b'));
    assert.equal(at(START + DAY).verify('a=b', signature), false);
  });

  it('has nothing in common with what another installation has', () => {
    const keys = [...at(START).accepted(), ...at(START, { masterKeys: [older] }).accepted()];
    assert.equal(new Set(keys).size, 6);
    for (const key of keys) assert.match(key, /^[A-Za-z0-9_-]{43}$/);
  });

  it('is the operator’s own where they have set it: it changes when they change it', () => {
    const given = ['the newest', 'the one before'];
    const before = at(START, { given: ['the one before'] }).sign('a=b');
    const now = at(START + 365 * DAY, { given });
    assert.deepEqual(now.accepted(), given);
    assert.ok(now.verify('a=b', before));
    assert.equal(now.sign('a=b'), at(START, { given }).sign('a=b'));
  });

  it('refuses a signature that is none, of any length', () => {
    const keys = at(START);
    for (const bad of ['', 'a', 'A'.repeat(43), `${keys.sign('a=b')}A`]) assert.equal(keys.index('a=b', bad), -1);
  });

  it('leaves a cookie of the key before as it was set: signed anew on the spot it would end with the browser', async () => {
    const app = new Koa();
    app.keys = at(START + 30 * DAY);
    app.use((ctx) => {
      ctx.body = ctx.cookies.get('session', { signed: true }) ?? 'none';
    });
    const server = createServer(app.callback()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ask = (signature: string) =>
      fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
        headers: { cookie: `session=abc; session.sig=${signature}` },
      });
    try {
      const answer = await ask(at(START).sign('session=abc'));
      assert.deepEqual([await answer.text(), answer.headers.getSetCookie()], ['abc', []]);
      assert.equal(await (await ask(at(START).sign('session=abd'))).text(), 'none');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
