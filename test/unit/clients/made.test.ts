import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { endClientArtifacts, endClientTokens } from '../../../adapters/postgres/index.ts';
import {
  acceptsSecret,
  type ClientParts,
  createClient,
  createClientRegistry,
  deleteClient,
  disableClient,
  enableClient,
  findClient,
  listClients,
  reconcileClients,
  rotateSecret,
} from '../../../src/clients/index.ts';
import type { ClientDeclaration } from '../../../src/config/index.ts';
import { openTestDatabase } from '../../support/database.ts';
import { dumpDatabase, occurrences } from '../../support/dump.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';

const SECRET = 'a-secret-of-forty-characters-for-testing';
const HOUR = 3600;
const shop = {
  client_id: 'shop',
  client_secret: SECRET,
  client_name: 'Shop',
  redirect_uris: ['https://shop.example/cb'],
};

const file = (...clients: ClientDeclaration[]) => ({ clients, remove: 'undeclared' }) as const;

describe('clients made by command', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let clock: TestClock;
  let parts: ClientParts;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    clock = new TestClock();
    parts = {
      db,
      clock,
      endAccess: (clientId) => endClientArtifacts(db, clientId, { batch: 3 }),
      endTokens: endClientTokens({ clock }),
    };
  });
  beforeEach(() => db('clients').delete());
  after(() => close());

  const stored = async (id = 'shop') => (await createClientRegistry(db).find(id)) ?? assert.fail(`no ${id}`);
  const accepts = async (secret: string) => acceptsSecret(await stored(), secret, clock.now());
  async function rotated(grace: number): Promise<string> {
    const result = await rotateSecret(parts, 'shop', grace);
    return 'secret' in result ? result.secret : assert.fail(result.problem);
  }

  it('are there once, with a hash of the secret alone, and seen without it', async () => {
    assert.equal(await createClient(parts, shop), true);
    assert.equal(await createClient(parts, { ...shop, client_name: 'Another' }), false);
    const [client, ...more] = await listClients(parts);
    const { client_secret: _, ...metadata } = shop;
    assert.deepEqual(client, {
      clientId: 'shop',
      metadata,
      managedBy: 'command',
      status: 'active',
      hasSecret: true,
      retiringUntil: undefined,
      createdAt: clock.now(),
      updatedAt: clock.now(),
    });
    assert.deepEqual(more, []);
    assert.equal(await accepts(SECRET), true);
    assert.deepEqual(occurrences(await dumpDatabase(db), { SECRET }), []);
  });

  describe('whose secret is rotated', () => {
    beforeEach(() => createClient(parts, shop));

    it('have two for as long as was said, and then one', async () => {
      const second = await rotated(HOUR);
      assert.deepEqual([await accepts(SECRET), await accepts(second)], [true, true]);
      const until = new Date((Math.floor(clock.now().getTime() / 1000) + HOUR) * 1000);
      assert.deepEqual((await findClient(parts, 'shop'))?.retiringUntil, until);
      clock.advance(HOUR - 2);
      assert.equal(await accepts(SECRET), true);
      clock.advance(2);
      assert.deepEqual([await accepts(SECRET), await accepts(second)], [false, true]);
      assert.equal((await findClient(parts, 'shop'))?.retiringUntil, undefined);
    });

    it('never have three: the oldest ends', async () => {
      const [second, third] = [await rotated(HOUR), await rotated(HOUR)];
      assert.deepEqual([await accepts(SECRET), await accepts(second), await accepts(third)], [false, true, true]);
    });

    it('have one at once where there is no grace, whatever was retiring before', async () => {
      const second = await rotated(HOUR);
      const third = await rotated(0);
      assert.deepEqual([await accepts(SECRET), await accepts(second), await accepts(third)], [false, false, true]);
      assert.deepEqual(occurrences(await dumpDatabase(db), { SECRET, second, third }), []);
    });

    it('are not taken by a hash, by nothing, or by what is not a text', async () => {
      await rotated(HOUR);
      const metadata = await stored();
      const { hash } = metadata['retiring_secret'] as { hash: string };
      for (const secret of ['', String(metadata['client_secret']), hash, 'undefined', '[object Object]'])
        assert.equal(await accepts(secret), false, secret);
      for (const none of [
        {},
        { client_secret: undefined },
        { client_secret: null },
        { retiring_secret: { hash, expires_at: 9e9 } },
      ])
        assert.equal(acceptsSecret(none, SECRET, clock.now()), false);
    });

    it('lose no rotation to another at the same time', async () => {
      const blocker = await db.transaction();
      await blocker('clients').where({ client_id: 'shop' }).forUpdate();
      const both = Promise.all([rotated(HOUR), rotated(HOUR)]);
      await until('both wait', async () => {
        const { rows } = await db.raw(
          "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        );
        return rows.length >= 2;
      });
      await blocker.rollback();
      const [first, second] = await both;
      assert.deepEqual([await accepts(first), await accepts(second), await accepts(SECRET)], [true, true, false]);
    });

    it('are told apart from those that have none, or whose file has it', async () => {
      await createClient(parts, { client_id: 'app', token_endpoint_auth_method: 'none' });
      await reconcileClients(db, file({ ...shop, client_id: 'declared' }), clock);
      const problems = ['app', 'declared', 'nobody'].map((id) => rotateSecret(parts, id, HOUR));
      assert.deepEqual(await Promise.all(problems), [
        { problem: 'no_secret' },
        { problem: 'file' },
        { problem: 'unknown' },
      ]);
    });
  });

  describe('beside a declarative file', () => {
    it('are left alone by it, also when it drops all that it had', async () => {
      await createClient(parts, shop);
      const before = await db('clients').where({ client_id: 'shop' }).first();
      await reconcileClients(db, file({ client_id: 'desk' }), clock);
      assert.deepEqual(await reconcileClients(db, file(), clock), []);
      assert.deepEqual(await db('clients'), [before]);
    });

    it('become the file’s once it declares the same id: its members, its secret; it says so, and drops it later', async () => {
      await createClient(parts, shop);
      const rotatedTo = await rotated(HOUR);
      const declared = { client_id: 'shop', client_secret: `${SECRET}-of-the-file`, redirect_uris: [] };
      assert.deepEqual(await reconcileClients(db, file(declared), clock), ['shop']);
      assert.deepEqual(
        [await accepts(SECRET), await accepts(rotatedTo), await accepts(declared.client_secret)],
        [false, false, true],
      );
      assert.equal((await findClient(parts, 'shop'))?.managedBy, 'file');
      assert.deepEqual(await reconcileClients(db, file(declared), clock), [], 'once');
      await reconcileClients(db, file(), clock);
      assert.equal(await findClient(parts, 'shop'), undefined);
    });

    it('stay disabled when the file takes them over, and so does one of the file when it changes', async () => {
      await createClient(parts, shop);
      await disableClient(parts, 'shop');
      await reconcileClients(db, file({ ...shop, client_name: 'Of the file' }), clock);
      await reconcileClients(db, file({ ...shop, client_name: 'Changed' }), clock);
      assert.deepEqual((await findClient(parts, 'shop'))?.metadata['client_name'], 'Changed');
      assert.equal(await createClientRegistry(db).find('shop'), undefined);
      assert.equal(await enableClient(parts, 'shop'), true);
      assert.ok(await stored());
    });
  });

  describe('that are shut', () => {
    it('are found by nobody until they are opened, as they were', async () => {
      await createClient(parts, shop);
      const before = await stored();
      assert.equal(await disableClient(parts, 'shop'), true);
      assert.equal(await createClientRegistry(db).find('shop'), undefined);
      assert.equal((await findClient(parts, 'shop'))?.status, 'disabled');
      assert.equal(await enableClient(parts, 'shop'), true);
      assert.deepEqual(await stored(), before);
      assert.deepEqual([await disableClient(parts, 'nobody'), await enableClient(parts, 'nobody')], [false, false]);
    });
  });

  describe('that are deleted', () => {
    const grant = (client_id: string) => ({ model: 'Grant', id: randomBytes(32), payload: '{}', client_id });
    const held = async () =>
      (await db('oidc_artifacts').orderBy('client_id').select('client_id')).map((row) => row.client_id);

    it('leave nothing to whoever has that id next, and everything to everybody else', async () => {
      await createClient(parts, shop);
      const models = ['RefreshToken', 'Session', 'AccessToken', 'AuthorizationCode'];
      const others = models.map((model) => ({ ...grant('other'), model }));
      await db('oidc_artifacts').insert([...Array.from({ length: 10 }, () => grant('shop')), ...others]);
      assert.equal(await deleteClient(parts, 'shop'), undefined);
      assert.deepEqual(await held(), Array(4).fill('other'));
      assert.equal(await findClient(parts, 'shop'), undefined);
      assert.equal(await deleteClient(parts, 'shop'), 'unknown');
    });

    it('are shut first: broken off, nobody uses one any more, and the same command goes on', async () => {
      await createClient(parts, shop);
      const endAccess = () => Promise.reject(new Error('the disk is full'));
      await assert.rejects(deleteClient({ ...parts, endAccess }, 'shop'), /disk/);
      assert.equal((await findClient(parts, 'shop'))?.status, 'disabled');
      assert.equal(await deleteClient(parts, 'shop'), undefined);
    });

    it('are not the file’s: those would be back', async () => {
      await reconcileClients(db, file(shop), clock);
      assert.equal(await deleteClient(parts, 'shop'), 'file');
      assert.equal((await findClient(parts, 'shop'))?.status, 'active');
    });
  });
});
