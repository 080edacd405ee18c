import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { eventsCommand } from '../../src/cli/events/index.ts';
import { declareSinks, followLog, sealEvents } from '../../src/events/index.ts';
import { runHere } from '../support/command-line.ts';
import { openTestDatabase } from '../support/database.ts';
import { anEvent, appendAlone, loggedEvents } from '../support/events.ts';
import { inOwnCluster } from '../support/own-cluster.ts';
import { emptyFolder } from '../support/process.ts';
import { until } from '../support/until.ts';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
const yaml = 'event_sinks:\n  - name: crm\n    type: stdout\n';

/** `gatehouse events …`, beside no server: whoever relays goes by the database. */
describe('gatehouse events', () => {
  inOwnCluster();
  let db: Knex;
  let close: () => Promise<void>;
  let folder: { path: string; remove(): Promise<void> };
  let env: Record<string, string>;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    folder = await emptyFolder();
    await writeFile(join(folder.path, 'gatehouse.yaml'), yaml);
    env = { MASTER_KEY, DATABASE_URL: db.client.config.connection.connectionString };
    for (const subject of ['one', 'two', 'three']) await appendAlone(db, anEvent(subject));
    await declareSinks(db, ['crm'], 1);
  });
  after(async () => {
    await folder.remove();
    await close();
  });

  const events = (...args: string[]) => runHere(eventsCommand, ['events', ...args], { cwd: folder.path, env });
  const done = async (...args: string[]) => {
    const { status, stdout, stderr } = await events(...args);
    assert.equal(status, 0, `${stdout}${stderr}`);
    return stdout;
  };
  const refused = async (status: number, words: RegExp, ...args: string[]) => {
    const outcome = await events(...args);
    assert.equal(outcome.status, status, outcome.stdout);
    assert.match(outcome.stderr, words);
  };

  it('tail: the last ones, the oldest of them first, as words or as CloudEvents', async () => {
    const lines = (await done('tail', '--count', '2')).trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /^\S+Z {2}identity\.key\.revoked\.v1 {2}two {2}by nobody known$/);
    const told = (await done('tail', '--json', '--types', 'identity.key.*')).trimEnd().split('\n');
    assert.deepEqual(
      told.map((line) => JSON.parse(line).subject),
      ['one', 'two', 'three'],
    );
    assert.equal(await done('tail', '--types', 'candidate.*'), 'Nothing has happened yet.\n');
    await refused(2, /--types: there is no type nothing\.\*/, 'tail', '--types', 'nothing.*');
    await refused(2, /--count/, 'tail', '--count', 'many');
  });

  it('tail: the last ones, also while a transaction runs that may have others', async () => {
    const long = await db.transaction();
    await long.raw('select pg_current_xact_id()');
    assert.match(await done('tail', '--count', '1'), / {2}three {2}/);
    await long.rollback();
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`tail --follow: what is appended after it has begun, until ${signal}, and exits with 0`, async () => {
      const shown: string[] = [];
      const at = { cwd: folder.path, env, onOutput: (text: string) => void shown.push(text) };
      const tail = ['events', 'tail', '--follow', '--count', '1', '--types', 'identity.*'];
      const has = (words: string) => until(words, () => shown.some((line) => line.includes(words)));
      const { mail_id, ...mail } = { mail_id: '019abf6e-0c3a-7c1e-9d53-6f0b7a52c004', kind: 'x', user_id: null };
      const { status, stdout, stderr } = await heardByNobodyElse(signal, async () => {
        const following = runHere(eventsCommand, tail, at);
        await until('the last of the past', () => shown.length === 1);
        const unasked = { type: 'email.sent.v1', subject: mail_id, data: { mail_id, ...mail } } as const;
        await appendAlone(db, unasked, anEvent('since'));
        await has('since');
        await appendAlone(db, anEvent('later'));
        await has('later');
        assert.equal(process.listenerCount(signal), 1, 'without, it would be the end of this process');
        process.kill(process.pid, signal);
        return following;
      });
      assert.deepEqual([status, stderr, stdout.match(/\n/g)?.length], [0, '', 3], stdout);
      await db('events').whereIn('subject', [mail_id, 'since', 'later']).delete();
    });
  }

  it('sinks: how far each is', async () => {
    const { items } = JSON.parse(await done('sinks', '--json'));
    const [{ name, state, declared, relayed, backlog, dead_letters }] = items;
    assert.deepEqual([name, state, declared, relayed, backlog, dead_letters], ['crm', 'ok', true, false, 2, 0]);
    assert.match(await done('sinks'), /^NAME .*\ncrm +no server +2 /);
  });

  it('replay: asks first, sets where a sink goes on, and changes nothing where it cannot', async () => {
    await refused(2, /--yes: say it where nobody can be asked/, 'replay', 'crm', '--position', '0');
    await refused(2, /--since: say from when on/, 'replay', 'crm', '--yes');
    await refused(2, /--since: must be a time/, 'replay', 'crm', '--since', 'yesterday', '--yes');
    await refused(1, /no sink of this name/, 'replay', 'nobody', '--position', '0', '--yes');
    await refused(1, /no event at this position yet/, 'replay', 'crm', '--position', '99999', '--yes');
    assert.equal((await db('event_sinks').first('position')).position, 1);
    assert.match(
      await done('replay', 'crm', '--position', '0', '--yes'),
      /^crm gets what stands behind position 0 again/,
    );
    assert.equal((await db('event_sinks').first('position')).position, 0);
  });

  it('dead-letters: listed, tried again, or dropped', async () => {
    assert.equal(await done('dead-letters'), 'There are no dead letters.\n');
    const [first] = await loggedEvents(db);
    const letter = { sink: 'crm', event_id: first?.['id'], position: first?.['position'], subject: 'one', attempts: 9 };
    const dates = { first_failed_at: new Date(), next_try_at: new Date() };
    await db('event_deliveries').insert({ ...letter, ...dates, state: 'dead', last_error: 'answered 500' });
    assert.match(
      await done('dead-letters'),
      new RegExp(`crm +${letter.event_id} +identity.key.revoked.v1 +9 .*answered 500`),
    );
    assert.match(
      await done('dead-letters', '--sink', 'crm', '--retry'),
      /^1 dead letter of crm will be tried again now/,
    );
    await refused(1, /no such dead letter/, 'dead-letters', '--sink', 'crm', '--retry');
    await db('event_deliveries').update({ state: 'dead', ...dates });
    await refused(2, /--sink: say of which/, 'dead-letters', '--drop', '--yes');
    await refused(2, /--event: must be the id/, 'dead-letters', '--sink', 'crm', '--event', 'x', '--drop', '--yes');
    assert.match(await done('dead-letters', '--sink', 'crm', '--drop', '--yes'), /^Dropped 1 dead letter of crm/);
  });

  it('verify: says that all is well, or what was changed, by its exit status too', async () => {
    await sealEvents(db, await followLog(db).look());
    assert.match(
      await done('verify'),
      /^3 events looked at\. All of it is as it was written\.\n\d{4}-\d{2} to position 3: [0-9a-f]{64}\n/,
    );
    const [, second] = await loggedEvents(db);
    await db('events').where({ id: second?.['id'] }).update({ actor: 'operator:mallory' });
    const { status, stdout } = await events('verify');
    assert.equal(status, 1);
    assert.ok(stdout.includes(`${second?.['id']} was changed, or one before it is missing, at position 2`), stdout);
    const { breaks } = JSON.parse((await events('verify', '--json')).stdout);
    assert.deepEqual(breaks[0].id, second?.['id']);
  });
});

/** The test runner would end the run. */
async function heardByNobodyElse<T>(signal: NodeJS.Signals, work: () => Promise<T>): Promise<T> {
  const others = process.rawListeners(signal) as NodeJS.SignalsListener[];
  process.removeAllListeners(signal);
  try {
    return await work();
  } finally {
    for (const other of others) process.on(signal, other);
  }
}
