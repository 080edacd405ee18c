import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createClientRegistry, matchesSecret, reconcileClients } from '../../../src/clients/index.ts';
import type { ClientDeclaration } from '../../../src/config/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';

const SECRET = 'a-secret-of-forty-characters-for-testing';
const shop = { client_id: 'shop', client_secret: SECRET, redirect_uris: ['https://shop.example/cb'] };
const desk = { client_id: 'desk', redirect_uris: ['https://desk.example/cb'] };

const file = (...clients: ClientDeclaration[]) => ({ clients, remove: 'undeclared' }) as const;

describe('clients', () => {
  let db: Knex;
  let close: () => Promise<void>;
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  after(() => close());

  const rows = () => db('clients').orderBy('client_id').select('client_id', 'metadata', 'updated_at');

  it('become what the file says: once, twice, and on several nodes at once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => reconcileClients(db, file(shop, desk), systemClock)));
    const first = await rows();
    assert.deepEqual(
      first.map(({ client_id }) => client_id),
      ['desk', 'shop'],
    );
    await reconcileClients(db, file(shop, desk), { now: () => new Date('2099-01-01') });
    assert.deepEqual(await rows(), first, 'nothing changed, so nothing was written');
  });

  it('are stored with a hash of the secret alone', async () => {
    const { metadata } = (await rows())[1] ?? {};
    assert.ok(!JSON.stringify(metadata).includes(SECRET));
    assert.ok(matchesSecret(metadata.client_secret, SECRET));
    assert.ok(!matchesSecret(metadata.client_secret, `${SECRET}.`));
    assert.ok(!matchesSecret(SECRET, SECRET), 'a stored secret in the clear opens nothing');
  });

  it('that the file drops go, and those that it did not declare stay', async () => {
    const now = new Date();
    await db('clients').insert({
      client_id: 'made',
      metadata: '{"client_id":"made"}',
      managed_by: 'api',
      created_at: now,
      updated_at: now,
    });
    await reconcileClients(db, file(desk), systemClock);
    assert.deepEqual(
      (await rows()).map(({ client_id }) => client_id),
      ['desk', 'made'],
    );
  });

  it('stay as they are without a file, but for those that may not be', async () => {
    await reconcileClients(db, { clients: [], remove: ['made'] }, systemClock);
    assert.deepEqual(
      (await rows()).map(({ client_id }) => client_id),
      ['desk'],
    );
  });

  it('are looked up once, unknown ones too, until they are forgotten', async () => {
    const registry = createClientRegistry(db);
    let statements = 0;
    db.on('query', () => {
      statements += 1;
    });
    const looks = [registry.find('desk'), registry.find('desk'), registry.find('nobody'), registry.find('nobody')];
    assert.deepEqual(
      (await Promise.all(looks)).map((found) => found?.client_id),
      ['desk', 'desk', undefined, undefined],
    );
    assert.equal(statements, 2);
    const none = ['', '\0', 'desk\0', 'desk ', 'x'.repeat(129), 'x'.repeat(16_384), '%00', 'é'];
    assert.deepEqual(
      await Promise.all(none.map((id) => registry.find(id))),
      none.map(() => undefined),
    );
    assert.equal(statements, 2, 'what cannot be an id is not looked up');
    registry.forget('desk');
    await registry.find('desk');
    await registry.find('nobody');
    assert.equal(statements, 3);
  });

  it('are looked up again after 30 s, though nobody said that they have changed', async () => {
    let now = 1;
    const registry = createClientRegistry(db, [], () => now);
    const name = async () => (await registry.find('desk'))?.['client_name'];
    assert.equal(await name(), undefined);
    await db.raw(`update clients set metadata = metadata || '{"client_name": "Desk"}' where client_id = 'desk'`);
    now = 30_000;
    assert.equal(await name(), undefined);
    now = 30_002;
    await until('the registry has seen the time', async () => (await name()) === 'Desk');
  });

  it('are found by whoever looks while they are forgotten, and looked up again by whoever comes then', async () => {
    const registry = createClientRegistry(db);
    const name = async () => (await registry.find('desk'))?.['client_name'];
    const looking = Promise.all([name(), name()]);
    registry.forget('desk');
    assert.deepEqual(await looking, ['Desk', 'Desk']);
    const again = Promise.all([name(), name()]);
    registry.forget();
    assert.deepEqual(await again, ['Desk', 'Desk']);
    await db.raw(`update clients set metadata = metadata || '{"client_name": "New desk"}' where client_id = 'desk'`);
    assert.equal(await name(), 'New desk', 'what they found is not remembered');
  });
});
