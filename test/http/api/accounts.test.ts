import assert from 'node:assert/strict';
import { POLICY } from '../../../src/limits/policy.ts';
import { Api, type ApiAnswer, basic, bearer, firstPartyDeclaration } from '../../support/api.ts';
import { argon2HashesOf } from '../../support/password-hashing.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { newEmail, PASSWORD, RelyingParty, secretOf } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

const yaml = firstPartyDeclaration.replace('require_verified_email: false', 'require_verified_email: true');
const ACCOUNTS = '/v1/accounts';
const [VERIFICATION, VERIFY] = [`${ACCOUNTS}/verification`, `${ACCOUNTS}/verify-email`];
const [FORGOT, RESET] = [`${ACCOUNTS}/password-reset`, `${ACCOUNTS}/reset-password`];
const NEW = 'an entirely different battery';
const APP = '?client_id=app';

describe('/v1/accounts', function () {
  this.timeout(40_000);
  let database: TestDatabase;
  let wire: Wire;
  let server: TestServer;
  let api: Api;
  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    server = await startServer({ yaml, databaseUrl: wire.url });
    api = new Api(server.issuer);
  });
  after(async () => {
    await server.close();
    await wire.close();
    await database.drop();
  });

  const userOf = (email: string) => server.db('users').where({ email }).first();
  const register = (email: string, more: object = {}) =>
    api.post(ACCOUNTS + APP, { email, password: PASSWORD, ...more });
  const detailsOf = ({ body }: ApiAnswer) =>
    (body['errors'] as { path: string; message: string }[]).map(({ path, message }) => `${path}: ${message}`);
  const refused = ({ status, body }: ApiAnswer) => [status, body['code']];

  describe('who may call', () => {
    const every = [ACCOUNTS, VERIFICATION, VERIFY, FORGOT, RESET];
    /** Refused or not, nobody gets past the body. */
    const attempt = (path: string, headers: Record<string, string> = {}) => api.post(path, {}, headers);
    const tokenOf = async (id: string, parameters: Record<string, string>) => {
      const request = { grant_type: 'client_credentials', ...parameters };
      const { body } = await new RelyingParty(server.issuer).token(request, { id, secret: secretOf(id) });
      return String(body.access_token);
    };

    it('a first-party client: by a token of its own, by its secret, or by its name where it has none', async () => {
      const own = await tokenOf('backend', { resource: `${server.issuer}/v1` });
      for (const path of every) {
        for (const [address, headers] of [
          [path, bearer(own)],
          [path, basic('own')],
          [path + APP, {}],
        ] as const)
          assert.deepEqual(refused(await attempt(address, headers)), [422, 'invalid_body'], address);
      }
    });

    it('a machine, without asking the database who it is', async () => {
      const own = await tokenOf('backend', { resource: `${server.issuer}/v1` });
      await attempt(ACCOUNTS, bearer(own));
      assert.deepEqual(await wire.statementsOf(() => attempt(ACCOUNTS, bearer(own))), []);
    });

    it('nobody who says nothing, is unknown, has the wrong secret, or has one and does not show it', async () => {
      for (const path of every) {
        for (const [address, headers, code] of [
          [path, {}, 'authentication_required'],
          [`${path}?client_id=app&client_id=app`, {}, 'authentication_required'],
          [path, { authorization: 'Digest abc' }, 'authentication_required'],
          [`${path}?client_id=nobody`, {}, 'invalid_client'],
          [`${path}?client_id=own`, {}, 'invalid_client'],
          [`${path}?client_id=%00`, {}, 'invalid_client'],
          [path, basic('%00'), 'invalid_client'],
          [path, basic('own', 'x'.repeat(40)), 'invalid_client'],
          [path, basic('app', ''), 'invalid_client'],
          [path, basic('nobody'), 'invalid_client'],
          [path, { authorization: 'Basic %%%' }, 'invalid_client'],
          [path + APP, bearer('nonsense'), 'invalid_token'],
        ] as const) {
          const answer = await attempt(address, headers);
          assert.deepEqual(refused(answer), [401, code], `${address} ${JSON.stringify(headers)}`);
          assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer realm="/);
        }
        const { headers } = await attempt(path);
        assert.match(
          headers.get('www-authenticate') ?? '',
          /^Bearer realm="[^"]+", DPoP realm="[^"]+", algs="[^"]+", Basic realm="[^"]+"/,
        );
      }
    });

    it('no other client, however well it proves itself', async () => {
      const service = await tokenOf('service', { scope: 'candidates:read' });
      for (const path of every) {
        for (const [address, headers] of [
          [path, bearer(service)],
          [path, basic('confidential')],
          [`${path}?client_id=web`, {}],
        ] as const)
          assert.deepEqual(refused(await attempt(address, headers)), [403, 'first_party_required'], address);
      }
    });

    it('[13] nobody with a token for another API', async () => {
      const other = await tokenOf('backend', { scope: 'orders:read', resource: 'https://api.example.com' });
      const answer = await attempt(ACCOUNTS, bearer(other));
      assert.deepEqual(refused(answer), [401, 'invalid_token']);
    });

    it('a browser’s page where the client is at home, and no other page', async () => {
      const [home, evil] = ['https://app.example', 'https://evil.example'];
      const asked = await fetch(server.issuer + ACCOUNTS + APP, {
        method: 'OPTIONS',
        headers: { origin: home, 'access-control-request-method': 'POST' },
      });
      assert.equal(asked.status, 204);
      assert.equal(asked.headers.get('access-control-allow-origin'), home);
      assert.match(asked.headers.get('access-control-allow-headers') ?? '', /Content-Type/);
      const known = await attempt(ACCOUNTS + APP, { origin: home });
      assert.equal(known.headers.get('access-control-allow-origin'), home);
      const email = newEmail();
      const body = { email, password: PASSWORD };
      for (const origin of [evil, 'null', `${home}.evil.example`]) {
        const strange = await api.post(ACCOUNTS + APP, body, { origin });
        assert.deepEqual(refused(strange), [403, 'origin_not_allowed'], origin);
        assert.equal(strange.headers.get('access-control-allow-origin'), null);
      }
      assert.equal(await userOf(email), undefined);
    });
  });

  describe('what may be sent', () => {
    it('[37] [41] no member that is not the caller’s to say', async () => {
      const email = newEmail();
      for (const member of ['email_verified', 'status', 'role', 'id', 'user_id', 'created_at', 'constructor']) {
        const answer = await register(email, { [member]: true });
        assert.deepEqual(refused(answer), [422, 'invalid_body'], member);
        assert.deepEqual(detailsOf(answer), [`${member}: is not a known member`]);
      }
      const proto = `{"email":"${email}","password":"${PASSWORD}","__proto__":{"email_verified":true}}`;
      const answer = await api.post(ACCOUNTS + APP, proto);
      assert.deepEqual(detailsOf(answer), ['__proto__: is not a known member']);
      assert.equal(await userOf(email), undefined);
      await register(email);
      const { email_verified, status } = await userOf(email);
      assert.deepEqual({ email_verified, status }, { email_verified: false, status: 'active' });
    });

    it('nothing that is no JSON of the right shape and size', async () => {
      for (const [body, status, code, headers = {}] of [
        ['', 400, 'bad_request'],
        ['{', 400, 'bad_request'],
        ['{"email":"a@example.com",}', 400, 'bad_request'],
        [Buffer.from('{"email":"\u00fc@example.com"}', 'latin1'), 400, 'bad_request'],
        ['[]', 422, 'invalid_body'],
        ['null', 422, 'invalid_body'],
        ['"text"', 422, 'invalid_body'],
        [`"${'x'.repeat(1024 * 1024)}"`, 413, 'too_large'],
        [
          'email=a%40example.com',
          415,
          'unsupported_media_type',
          { 'content-type': 'application/x-www-form-urlencoded' },
        ],
        ['{}', 415, 'unsupported_media_type', { 'content-type': 'text/plain' }],
        ['{}', 400, 'bad_request', { 'content-encoding': 'gzip' }],
      ] as const) {
        const answer = await api.call('POST', ACCOUNTS + APP, {
          body: body || ' ',
          headers: headers as Record<string, string>,
        });
        assert.deepEqual(refused(answer), [status, code], `${body.slice(0, 40)}`);
      }
    });

    it('no address that is none, no name that is none; each is told beside its member', async () => {
      for (const email of [
        '',
        'ada',
        '@example.com',
        'ada@',
        'a b@example.com',
        `${'a'.repeat(300)}@example.com`,
        'a\0@example.com',
        'ada@@example.com',
      ]) {
        const answer = await register(email);
        assert.deepEqual(refused(answer), [422, 'invalid_body'], email);
        assert.match(detailsOf(answer).join(), /^email: /);
      }
      const answer = await register('nobody', { password: 'short', name: 'A\0B' });
      assert.deepEqual(
        detailsOf(answer)
          .map((detail) => detail.split(':')[0])
          .sort(),
        ['email', 'name', 'password'],
      );
      for (const [member, value] of [
        ['email', ['a@example.com']],
        ['email', { a: 1 }],
        ['password', [PASSWORD]],
        ['name', null],
        ['name', 5],
      ] as const) {
        const typed = await register(newEmail(), { [member]: value });
        assert.deepEqual(detailsOf(typed), [`${member}: must be a string`]);
      }
      assert.deepEqual(detailsOf(await api.post(RESET + APP, {})).sort(), [
        'password: is required',
        'token: is required',
      ]);
    });

    it('no password of 1 or 10,000 characters, and none of them is hashed', async () => {
      const hashes = await argon2HashesOf(async () => {
        for (const password of ['', 'x', ' '.repeat(8), 'x'.repeat(10_000)]) {
          const answer = await register(newEmail(), { password });
          assert.deepEqual(refused(answer), [422, 'invalid_body']);
          assert.match(detailsOf(answer).join(), /^password: /);
          const reset = await api.post(RESET + APP, { token: 'x', password });
          assert.deepEqual(refused(reset), [400, 'token_invalid']);
        }
      });
      assert.equal(hashes, 0);
    });

    it('no token that is empty, cut, another’s or with NUL', async () => {
      for (const token of ['', 'x', '\0', 'A'.repeat(43), 'A'.repeat(5000)]) {
        assert.deepEqual(refused(await api.post(VERIFY + APP, { token })), [400, 'token_invalid']);
        assert.deepEqual(refused(await api.post(RESET + APP, { token, password: NEW })), [400, 'token_invalid']);
      }
    });

    it('takes upper case and spaces around for the same address, and a plus tag for another', async () => {
      const email = newEmail();
      await register(`  ${email.toUpperCase()} `);
      await register(email);
      await register(email.replace('@', '+tag@'));
      const users = await server.db('users').whereLike('email_key', `${email.split('@')[0]}%`);
      assert.equal(users.length, 2);
    });
  });

  describe('[29] a known and an unknown address', () => {
    async function observed(act: () => Promise<ApiAnswer>) {
      let answer: ApiAnswer | undefined;
      let argon2 = 0;
      const statements = await wire.statementsOf(async () => {
        argon2 = await argon2HashesOf(async () => {
          answer = await act();
        });
      });
      const headers = [...(answer?.headers ?? [])].filter(
        ([name]) => !['x-correlation-id', 'date', 'content-security-policy'].includes(name),
      );
      return { status: answer?.status, body: answer?.body, headers, argon2, statements: statements.length };
    }

    async function kinds() {
      const emails = { unproved: newEmail(), proved: newEmail(), disabled: newEmail() };
      for (const email of Object.values(emails)) await register(email);
      await server.db('users').where({ email: emails.proved }).update({ email_verified: true });
      await server.db('users').where({ email: emails.disabled }).update({ status: 'disabled' });
      return Object.entries({ 'unknown at first': newEmail(), ...emails, unknown: newEmail() });
    }

    for (const [path, more] of [
      [ACCOUNTS, { password: NEW }],
      [VERIFICATION, {}],
      [FORGOT, {}],
    ] as const) {
      it(`[29] are the same at ${path}: status, body, headers, statements and hashes`, async () => {
        const once = await kinds();
        const people = [...once, ...once.map(([kind, email]) => [`${kind}, again`, email] as const)];
        const all = [];
        for (const [, email] of people) all.push(await observed(() => api.post(path + APP, { email, ...more })));
        for (const [index, one] of all.entries()) assert.deepEqual(one, all[0], people[index]?.[0]);
        assert.equal(all[0]?.status, 202);
        assert.equal(all[0]?.argon2, path === ACCOUNTS ? 1 : 0);
      });
    }
  });

  describe('limits', () => {
    let strict: TestServer;
    let limited: Api;
    before(async () => {
      const once = { points: 1, seconds: 60 };
      const many = { points: 1000, seconds: 60 };
      const limit = { address: once, network: many };
      const limits = { ...POLICY, register: limit, reset_mail: limit, verification_mail: limit };
      strict = await startServer({ yaml, limits, passwords: { waiting: 0 } });
      limited = new Api(strict.issuer);
    });
    after(() => strict.close());

    for (const path of [VERIFICATION, FORGOT]) {
      it(`[30] hold at ${path}, for each address alone, and say how long to wait`, async () => {
        const email = newEmail();
        assert.equal((await limited.post(path + APP, { email })).status, 202);
        const again = await limited.post(path + APP, { email: ` ${email.toUpperCase()}` });
        assert.deepEqual(refused(again), [429, 'too_many_requests']);
        assert.match(again.headers.get('retry-after') ?? '', /^[1-9]\d?$/);
        assert.equal((await limited.post(path + APP, { email: newEmail() })).status, 202);
      });
    }

    it('[30] hold at registration, and a full queue is told before anything is done', async () => {
      const email = newEmail();
      const first = await limited.post(ACCOUNTS + APP, { email, password: PASSWORD });
      assert.deepEqual(refused(first), [503, 'busy']);
      assert.match(first.headers.get('retry-after') ?? '', /^[1-9]\d?$/);
      const second = await limited.post(ACCOUNTS + APP, { email, password: PASSWORD });
      assert.deepEqual(refused(second), [429, 'too_many_requests']);
      assert.deepEqual(refused(await limited.post(RESET + APP, { token: 'x', password: NEW })), [503, 'busy']);
    });
  });
});
