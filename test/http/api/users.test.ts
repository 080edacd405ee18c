import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createUser } from '../../../src/accounts/index.ts';
import { accountParts } from '../../support/accounts.ts';
import type { ApiAnswer } from '../../support/api.ts';
import { Operator, operatorDeclaration } from '../../support/operator.ts';
import { newPerson, signIn } from '../../support/people.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { UserAgent } from '../../support/user-agent.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

type Item = Record<string, unknown> & { readonly id: string };

describe('/v1/users', () => {
  let database: TestDatabase;
  let wire: Wire;
  let server: TestServer;
  let operator: Operator;
  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    server = await startServer({ yaml: operatorDeclaration, databaseUrl: wire.url });
    operator = new Operator(server.issuer);
    for (const name of ['Ada', 'Zoë', 'Cem', 'Dora', 'Eve']) await make(`${name}@Example.com`, name);
  });
  after(async () => {
    await server.close();
    await wire.close();
    await database.drop();
  });

  const parts = () => accountParts(server.db, new TestClock());
  async function make(email: string, name?: string): Promise<string> {
    const person = { email, name, locale: undefined, emailVerified: false, password: undefined };
    const made = await createUser(parts(), person, 'print');
    return 'id' in made ? made.id : assert.fail(JSON.stringify(made));
  }
  const list = (query: string) => operator.call('GET', `/v1/users?${query}`);
  const items = ({ status, body }: ApiAnswer): Item[] => {
    assert.equal(status, 200, JSON.stringify(body));
    return body['items'] as Item[];
  };
  const emails = async (query: string) => items(await list(query)).map(({ email }) => email);
  const refused = ({ status, body }: ApiAnswer) => [status, body['code']];
  async function counted(count: number, work: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
    let answer: ApiAnswer | undefined;
    const statements = await wire.statementsOf(async () => {
      answer = await work();
    });
    assert.equal(statements.length, count, statements.join('\n'));
    return answer ?? assert.fail();
  }

  describe('a list', () => {
    it('tells of each user what the contract says, and nothing else; it is one statement', async () => {
      await list('limit=1');
      const answer = await counted(1, () => list(''));
      const [ada] = items(answer);
      const row = await server.db('users').where({ email: 'Ada@Example.com' }).first();
      assert.deepEqual(ada, {
        id: row.id,
        email: 'Ada@Example.com',
        email_verified: false,
        name: 'Ada',
        locale: null,
        status: 'active',
        created_at: row.created_at.toISOString(),
        updated_at: row.updated_at.toISOString(),
        last_login_at: null,
      });
      assert.equal(answer.body['next_cursor'], null);
    });

    it('comes page by page, each user once, also while others register', async () => {
      const before = items(await list('limit=100')).map(({ id }) => id);
      const seen: string[] = [];
      let cursor: unknown = '';
      for (let page = 0; cursor !== null; page += 1) {
        const answer = await list(`limit=2${cursor}`);
        const ids = items(answer).map(({ id }) => id);
        assert.ok([1, 2].includes(ids.length));
        seen.push(...ids);
        cursor = answer.body['next_cursor'] && `&cursor=${answer.body['next_cursor']}`;
        if (page < 3) await make(`late-${page}@example.com`);
      }
      assert.deepEqual(seen.slice(0, before.length), before, 'those who were there, in their order');
      assert.equal(new Set(seen).size, seen.length);
      assert.equal(seen.length, before.length + 3, 'and those who came meanwhile');
    });

    it('finds a part of an address or a name, in any case and however its accents are spelled', async () => {
      await server
        .db('users')
        .where({ email: 'Dora@Example.com' })
        .update({ name: 'Dóra'.normalize('NFD') });
      await make('Jörg@Bücher.example');
      await make('jorg@xn--bcher-kva.example');
      for (const [q, expected] of [
        ['DORA@ex', ['Dora@Example.com']],
        ['dÓRa', ['Dora@Example.com']],
        ['DÓRA'.normalize('NFD'), ['Dora@Example.com']],
        ['JÖRG', ['Jörg@Bücher.example']],
        ['ö'.normalize('NFD'), ['Jörg@Bücher.example']],
        ['xn--BCHER', ['jorg@xn--bcher-kva.example']],
        ['JORG@BÜCHER.example', ['jorg@xn--bcher-kva.example']],
        ['%', []],
        ['late_', []],
        ["' or 1=1 --", []],
        ['\\', []],
      ] as const)
        assert.deepEqual(await emails(`q=${encodeURIComponent(q)}`), expected, q);
      assert.deepEqual(await emails('q='), await emails(''));
    });

    it('finds those in one state', async () => {
      const id = await make('off@example.com');
      await operator.call('PATCH', `/v1/users/${id}`, { status: 'disabled' });
      assert.deepEqual(await emails('status=disabled'), ['off@example.com']);
      assert.ok(!(await emails('status=active')).includes('off@example.com'));
      assert.deepEqual(await emails('status=all'), await emails(''));
      assert.ok((await emails('')).includes('off@example.com'));
    });

    it('[43] takes no cursor but its own, and such a one reaches no SQL', async () => {
      const { next_cursor: cursor } = (await list('limit=2&status=active')).body;
      const [ada] = items(await list('limit=1'));
      for (const query of [
        `cursor=${ada?.id}`,
        'cursor=',
        "cursor=' or true --",
        `cursor=${cursor}&status=all`,
        `cursor=${cursor}&status=active&q=a`,
        `cursor=${cursor}A&status=active`,
        `cursor=${String(cursor).replace(/.{4}$/, 'AAAA')}&status=active`,
      ])
        assert.deepEqual(refused(await counted(0, () => list(query))), [400, 'invalid_cursor'], query);
      assert.equal((await list(`cursor=${cursor}&status=active&limit=50`)).status, 200);
      const sessions = await operator.call('GET', `/v1/users/${ada?.id}/sessions?cursor=${cursor}`);
      assert.deepEqual(refused(sessions), [400, 'invalid_cursor']);
    });

    it('says which parameter is wrong', async () => {
      for (const query of [
        ...['limit=0', 'limit=101', 'limit=x', 'limit=1.5', 'limit=1&limit=2', 'status=', 'status=gone'],
        ...['q=%00', `q=${'x'.repeat(201)}`, 'q=a&q=b', 'cursor=a&cursor=b'],
      ]) {
        const answer = await counted(0, () => list(query));
        assert.deepEqual(refused(answer), [400, 'invalid_query'], query);
        const [error] = answer.body['errors'] as { path: string }[];
        assert.equal(error?.path, query.split('=')[0]);
      }
      assert.deepEqual(refused(await list('page=2')), [400, 'invalid_query']);
    });
  });

  describe('one user', () => {
    const NOBODY = ['not-a-uuid', '5', '%00', '..', randomUUID(), '018f4f3e-0000-7000-8000-000000000000'];

    it('is told by one statement; nobody else is there', async () => {
      const [ada] = items(await list('q=ada@'));
      const answer = await counted(1, () => operator.call('GET', `/v1/users/${ada?.id}`));
      assert.deepEqual(answer.body, ada);
      for (const id of NOBODY.filter((each) => each !== '..'))
        assert.deepEqual(refused(await operator.call('GET', `/v1/users/${id}`)), [404, 'not_found'], id);
    });

    it('is renamed, and disabled and enabled, one by one or as one', async () => {
      const id = await make('patched@example.com', 'Old');
      const patch = (body: unknown) => operator.call('PATCH', `/v1/users/${id}`, body);
      const told = async (body: unknown) => {
        const { status, body: user } = await patch(body);
        return [status, user['name'], user['status']];
      };
      assert.deepEqual(await told({ name: ' New ' }), [200, 'New', 'active']);
      assert.deepEqual(await told({ status: 'disabled' }), [200, 'New', 'disabled']);
      assert.deepEqual(await told({ status: 'active', name: 'Newer' }), [200, 'Newer', 'active']);
      assert.deepEqual(await told({ name: null }), [200, null, 'active']);
      const { body } = await operator.call('GET', `/v1/users/${id}`);
      assert.deepEqual([body['name'], body['email']], [null, 'patched@example.com']);
    });

    it('[41] has nothing else changed by a body, nor anything by one that is wrong', async () => {
      const id = await make('steady@example.com', 'Steady');
      const before = await server.db('users').where({ id }).first();
      const patch = (body: unknown) => operator.call('PATCH', `/v1/users/${id}`, body);
      for (const [body, path] of [
        [{}, ''],
        [{ status: 'gone' }, 'status'],
        [{ status: null }, 'status'],
        [{ name: 5 }, 'name'],
        [{ name: 'a\u0000b', status: 'disabled' }, 'name'],
        [{ name: 'x'.repeat(201) }, 'name'],
        [{ name: 'x', id: randomUUID() }, 'id'],
        [{ name: 'x', user_id: randomUUID() }, 'user_id'],
        [{ name: 'x', email: 'x@example.com' }, 'email'],
        [{ name: 'x', email_verified: true }, 'email_verified'],
        [{ name: 'x', password_hash: 'x' }, 'password_hash'],
        [{ name: 'x', roles: ['admin'] }, 'roles'],
        [JSON.parse('{"name": "x", "__proto__": {"status": "disabled"}}'), '__proto__'],
      ] as const) {
        const answer = await patch(body);
        assert.deepEqual(refused(answer), [422, 'invalid_body'], JSON.stringify(body));
        assert.deepEqual(
          (answer.body['errors'] as { path: string }[]).map((error) => error.path),
          [path],
          JSON.stringify(body),
        );
      }
      assert.deepEqual(refused(await patch([])), [422, 'invalid_body']);
      assert.deepEqual(refused(await patch('{')), [400, 'bad_request']);
      assert.deepEqual(await server.db('users').where({ id }).first(), before);
      for (const nobody of [randomUUID(), 'x'])
        assert.deepEqual(refused(await operator.call('PATCH', `/v1/users/${nobody}`, { name: 'x' })), [
          404,
          'not_found',
        ]);
    });

    it('is not there to be erased or signed out where there is none', async () => {
      for (const id of [randomUUID(), 'x'])
        for (const [method, path] of [
          ['DELETE', ''],
          ['POST', '/logout'],
          ['GET', '/sessions'],
          ['DELETE', '/sessions/x'],
          ['GET', '/grants'],
          ['DELETE', '/grants/x'],
        ] as const)
          assert.deepEqual(
            refused(await operator.call(method, `/v1/users/${id}${path}`)),
            [404, 'not_found'],
            `${method} ${path} of ${id}`,
          );
    });
  });

  describe('sessions and grants', () => {
    it('are listed by pages like everything else, the oldest first', async () => {
      const party = new RelyingParty(server.issuer);
      const person = await newPerson(server.issuer);
      const agents = ['one', 'two', 'three'].map((name) => new UserAgent(server.issuer, { 'user-agent': name }));
      for (const agent of agents) await signIn(agent, party, { client_id: 'web', scope: 'openid orders:read' }, person);
      const { id } = await server.db('users').where({ email: person.email }).first('id');
      for (const what of ['sessions', 'grants']) {
        const all = items(await operator.call('GET', `/v1/users/${id}/${what}`));
        assert.ok(all.length >= 3, what);
        const first = await operator.call('GET', `/v1/users/${id}/${what}?limit=2`);
        const rest = `?limit=2&cursor=${first.body['next_cursor']}`;
        const second = await operator.call('GET', `/v1/users/${id}/${what}${rest}`);
        assert.deepEqual([...items(first), ...items(second)].slice(0, 4), all.slice(0, 4), what);
        const another = await operator.call('GET', `/v1/users/${await make(`${what}@example.com`)}/${what}${rest}`);
        assert.deepEqual(refused(another), [400, 'invalid_cursor']);
      }
      const sessions = items(await operator.call('GET', `/v1/users/${id}/sessions`));
      assert.ok(sessions.some(({ user_agent }) => user_agent === 'two'));
      assert.deepEqual(Object.keys(sessions[0] ?? {}), [
        ...['id', 'signed_in_at', 'last_seen_at', 'user_agent', 'address', 'expires_at'],
      ]);
      const [grant] = items(await operator.call('GET', `/v1/users/${id}/grants`));
      assert.deepEqual(
        [grant?.['client_id'], grant?.['scopes'], grant?.['resources']],
        ['web', ['openid'], { 'https://api.example.com': ['orders:read'] }],
      );
    });
  });
});
