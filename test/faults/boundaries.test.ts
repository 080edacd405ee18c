import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createDatabase } from '../../adapters/postgres/index.ts';
import { type AccountParts, createUser } from '../../src/accounts/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { accountParts, artifactsOf, signedIn, signInWith } from '../support/accounts.ts';
import { mailsTo, newestMail } from '../support/demo.ts';
import { expectInvariants } from '../support/invariants.ts';
import { type Filled, killEverywhere } from '../support/kill-everywhere.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { newEmail, PASSWORD } from '../support/relying-party.ts';
import { Running } from '../support/running.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { UserAgent } from '../support/user-agent.ts';

const MASTER_KEY = Buffer.alloc(32, 7);
const NEW = 'an entirely different battery';
const yaml = 'require_verified_email: true';
const env = { MASTER_KEY: MASTER_KEY.toString('base64') };

/** How the statement begins that queues a mail: with the event that tells of it. */
const MAIL = 'with appended as';

describe('faults: kill -9 at every write', function () {
  this.timeout(60_000);
  const running = new Running();
  let database: TestDatabase;
  let db: Knex;
  let parts: AccountParts;
  let survivor: TestServer;
  let folder: string;
  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.url, { max: 2 });
    parts = accountParts(db, systemClock, MASTER_KEY);
    survivor = await startServer({ databaseUrl: database.url, yaml, env, jobs: true });
    folder = await running.folder();
  });
  after(async () => {
    await survivor.close();
    await running.endAll();
    await db.destroy();
    await database.drop();
  });

  async function fillIn(issuer: string, path: string, fields: Record<string, string>): Promise<Filled> {
    const agent = new UserAgent(issuer);
    const page = await agent.open(path);
    return { send: () => agent.submit(page, fields) };
  }

  const killAll = (fill: (issuer: string) => Promise<Filled>) =>
    killEverywhere({ databaseUrl: database.url, yaml, env }, folder, fill);

  it('[R1] of a registration: user, proof and mail are all there or none; done again it succeeds', async () => {
    const emails: string[] = [];
    const killedBefore = await killAll((issuer) => {
      const email = newEmail();
      emails.push(email);
      return fillIn(issuer, '/account/register', { email, password: PASSWORD });
    });
    for (const step of ['begin;', 'insert into users', 'insert into email_proofs', MAIL, 'commit;'])
      assert.ok(killedBefore.includes(step), `${step} is not among ${killedBefore.join(', ')}`);
    const [whole, committed] = await Promise.all(['users', 'email_proofs'].map((table) => db(table)));
    assert.deepEqual([whole?.length, committed?.length], [2, 2], 'the first of all, and the one that was committed');
    await expectInvariants(db);
    const sent = () => until('every mail is sent', async () => !(await db('mails').where({ state: 'queued' }).first()));
    for (const email of emails) {
      await sent();
      const form = await fillIn(survivor.issuer, '/account/register', { email, password: PASSWORD });
      assert.match(((await form.send()) as { text: string }).text, /Check your mail/);
      // Where the first registration was whole, its mail has ended with this one.
      await sent();
      const { links } = await newestMail(survivor.issuer, email, 'Confirm your address');
      // Its host is the server's that queued it, and may be dead.
      const { pathname, search } = new URL(links[0]);
      await (await fillIn(survivor.issuer, pathname + search, {})).send();
      assert.equal((await db('users').where({ email }).first()).email_verified, true, email);
    }
    assert.equal((await db('users')).length, emails.length);
    await expectInvariants(db);
  });

  it('[R1] of a reset: it is whole or not at all; done again it succeeds', async () => {
    const people: { id: string; email: string; token: string }[] = [];
    const killedBefore = await killAll(async (issuer) => {
      const person = await somebody();
      people.push(person);
      return fillIn(issuer, `/account/reset-password?token=${person.token}`, { password: NEW });
    });
    for (const step of ['begin;', 'delete from email_proofs', 'update users set', MAIL, 'commit;'])
      assert.ok(killedBefore.includes(step), `${step} is not among ${killedBefore.join(', ')}`);
    const states = await Promise.all(people.map(stateOf));
    const whole = states.filter(({ password }) => password !== OLD);
    assert.equal(whole.length, 2, 'the first of all, and the one that was committed');
    for (const { password, ...rest } of states) assert.deepEqual(rest, password === OLD ? BEFORE : AFTER);
    await expectInvariants(db);
    for (const { email, token } of people) {
      await (await fillIn(survivor.issuer, `/account/reset-password?token=${token}`, { password: NEW })).send();
      assert.ok(await signInWith(parts, email, NEW), email);
      await newestMail(survivor.issuer, email, 'Your password was changed');
      assert.equal((await mailsTo(survivor.issuer, email)).length, 1, 'is told once');
    }
    await expectInvariants(db);
  });

  const OLD = 'the hash of the old one';
  const BEFORE = {
    proofs: 1,
    mails: 0,
    signedIn: ['AccessToken', 'AuthorizationCode', 'Grant', 'RefreshToken', 'Session'],
  };
  const AFTER = { proofs: 0, mails: 1, signedIn: ['Grant'] };

  /** Somebody with a password, signed in somewhere, with a link to set a new one. */
  async function somebody() {
    const email = newEmail();
    const person = { email, name: undefined, locale: undefined, emailVerified: true, password: undefined };
    const created = await createUser(parts, person, 'print');
    assert.ok('id' in created && created.link);
    await db('users').where({ id: created.id }).update({ password_hash: OLD });
    await signedIn(db, created.id);
    return { id: created.id, email, token: new URL(created.link.link).searchParams.get('token') ?? '' };
  }

  async function stateOf({ id }: { id: string }) {
    const { password_hash } = await db('users').where({ id }).first();
    const proofs = await db('email_proofs').where({ user_id: id });
    const mails = await db('mails').where({ user_id: id });
    return { password: password_hash, proofs: proofs.length, mails: mails.length, signedIn: await artifactsOf(db, id) };
  }
});
