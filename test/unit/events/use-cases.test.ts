import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { postgresArtifacts } from '../../../adapters/postgres/index.ts';
import { requestEmailChange } from '../../../src/accounts/change-email.ts';
import {
  type AccountParts,
  changeLanguage,
  changeName,
  changePassword,
  changeUser,
  confirmEmailChange,
  createUser,
  disableUser,
  enableUser,
  endOtherSessions,
  endSession,
  eraseDueAccounts,
  eraseUser,
  findUser,
  importUsers,
  keepAccount,
  makePasswordLink,
  register,
  requestDeletion,
  resetPassword,
  revokeGrant,
  signOutEverywhere,
  takeBackAccess,
  type User,
  verifyEmail,
  verifyUser,
} from '../../../src/accounts/index.ts';
import { requestReset } from '../../../src/accounts/reset-password.ts';
import { tellOfFailures } from '../../../src/accounts/tell-of-failures.ts';
import { tellOfReuse } from '../../../src/accounts/tell-of-reuse.ts';
import { requestVerification } from '../../../src/accounts/verify-email.ts';
import { UnitOfWork } from '../../../src/artifacts/index.ts';
import { buildCandidates, buildInvitations } from '../../../src/build-candidates.ts';
import { changeCandidate, createCandidate, findSession } from '../../../src/candidates/index.ts';
import { catalogue } from '../../../src/events/catalogue/index.ts';
import type { EventType } from '../../../src/events/index.ts';
import { withCause } from '../../../src/kernel/correlation.ts';
import { newId, sha256, timeOfId } from '../../../src/kernel/ids.ts';
import { type KeyParts, listKeys, revokeKey, rotateKeys, turnKeys } from '../../../src/keys/index.ts';
import { deliverMail, type MailJob, sweepMails } from '../../../src/mail/index.ts';
import { ATTEMPTS } from '../../../src/mail/queue.ts';
import { accountParts, enrol, queuedJobs, queuedMails, signInWith, tokenOf } from '../../support/accounts.ts';
import { startSession } from '../../support/assessments.ts';
import { candidateUseCases, type UseCase } from '../../support/candidate-use-cases.ts';
import { TestDatabaseClock } from '../../support/candidates.ts';
import { openTestDatabase } from '../../support/database.ts';
import { loggedEvents } from '../../support/events.ts';
import { keyParts } from '../../support/keys.ts';
import { newEmail, PASSWORD } from '../../support/relying-party.ts';
import { TestClock } from '../../support/test-clock.ts';

const DAY = 86_400;
const CAUSE = { correlationId: 'one-request', actor: 'operator:grace', clientId: 'shop', network: '192.0.2.7' };
/** Where changes are kept that are no events. */
const TABLES = [
  ...['users', 'email_proofs', 'mails', 'oidc_artifacts', 'signing_keys', 'revocations'],
  ...['candidates', 'assessment_sessions', 'assessment_trail', 'invitations', 'resume_codes'],
];

describe('what use cases write down', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let parts: AccountParts;
  let keys: KeyParts;
  const time = new TestDatabaseClock();
  const candidates = () => ({ ...buildCandidates(parts, time), time });
  const invitations = () => {
    const { issuer, mail } = parts;
    return buildInvitations({ issuer, masterKeys: mail.masterKeys }, parts, candidates());
  };
  const clock = new TestClock();

  before(async () => {
    ({ db, close } = await openTestDatabase());
    parts = accountParts(db, clock);
    keys = keyParts(db, clock);
    await turnKeys(keys);
    await db.raw(`
      create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'no commit today' using errcode = 'raise_exception'; end $$`);
  });
  after(() => close());

  const somebody = async (): Promise<User> => {
    const { userId, token } = await enrol(parts);
    await verifyEmail(parts, { token });
    return (await findUser(db, userId)) ?? assert.fail();
  };
  const withSession = async () => {
    const user = await somebody();
    const session = (uid: string) => ({
      ...{ model: 'Session', id: sha256(newId()), uid: sha256(uid), account_id: user.id },
      payload: JSON.stringify({ kind: 'Session', uid, accountId: user.id }),
    });
    const [here, there] = [newId(), newId()];
    await db('oidc_artifacts').insert([session(here), session(there)]);
    return { user, here, there };
  };
  const withGrant = async () => {
    const [user, id] = [await somebody(), randomBytes(32)];
    const grant = { model: 'Grant', id, grant_id: id, account_id: user.id, client_id: 'shop', payload: '{}' };
    await db('oidc_artifacts').insert(grant);
    return { user, grantId: id.toString('base64url') };
  };
  const lastToken = async (email: string) => tokenOf((await queuedMails(parts, email)).at(-1));
  const delivery = (send: () => Promise<void>) => {
    const transport = { send, close: () => undefined };
    const render = async () => ({ subject: '', text: '', html: '' });
    return { db, clock, masterKeys: parts.mail.masterKeys, render, transport, host: 'id.example.com' };
  };
  const lastJob = async () => (await queuedJobs<MailJob>(db, 'send_mail')).at(-1) ?? assert.fail();
  const sent = () => Promise.resolve();
  const refused = () => Promise.reject(new Error('550 no'));

  const USE_CASES: readonly UseCase[] = [
    {
      does: 'registering',
      tells: ['identity.user.registered.v1', 'identity.email.verification-requested.v1', 'email.requested.v1'],
      prepare: async () => () => register(parts, { email: newEmail(), password: PASSWORD, name: undefined }),
    },
    {
      does: 'registering an address that somebody has registered and not proved',
      tells: ['identity.email.verification-requested.v1', 'email.requested.v1'],
      async prepare() {
        const { email } = await enrol(parts);
        return () => register(parts, { email, password: PASSWORD, name: undefined });
      },
    },
    {
      does: 'registering an address that is somebody’s',
      tells: ['email.requested.v1'],
      async prepare() {
        const { email } = await somebody();
        return () => register(parts, { email, password: PASSWORD, name: undefined });
      },
    },
    {
      does: 'making an account for somebody',
      tells: ['identity.user.registered.v1', 'email.requested.v1'],
      prepare: async () => () =>
        createUser(
          parts,
          { email: newEmail(), name: undefined, locale: undefined, emailVerified: false, password: undefined },
          'mail',
        ),
    },
    {
      does: 'importing two users of whom one is there already',
      tells: ['identity.user.registered.v1'],
      async prepare() {
        const { email } = await somebody();
        async function* lines() {
          for (const [at, each] of [email, newEmail()].entries())
            yield { number: at + 1, text: Buffer.from(JSON.stringify({ email: each })) };
        }
        return () => importUsers(parts, lines(), { dryRun: false, onBadLine: () => assert.fail() });
      },
    },
    {
      does: 'asking for another proof',
      tells: ['identity.email.verification-requested.v1', 'email.requested.v1'],
      async prepare() {
        const { email } = await enrol(parts);
        clock.advance(3600);
        return () => requestVerification(parts, email);
      },
    },
    {
      does: 'proving an address',
      tells: ['identity.email.verified.v1'],
      async prepare() {
        const { token } = await enrol(parts);
        return () => verifyEmail(parts, { token });
      },
    },
    {
      does: 'an operator’s word for an address',
      tells: ['identity.email.verified.v1'],
      async prepare() {
        const user = (await findUser(db, (await enrol(parts)).userId)) ?? assert.fail();
        return () => verifyUser(parts, user);
      },
    },
    {
      does: 'asking for a link to set a password',
      tells: ['identity.password.reset-requested.v1', 'email.requested.v1'],
      async prepare() {
        const { email } = await somebody();
        return () => requestReset(parts, email);
      },
    },
    {
      does: 'printing a link to set a password',
      tells: ['identity.password.reset-requested.v1'],
      async prepare() {
        const user = await somebody();
        return () => makePasswordLink(parts, user);
      },
    },
    {
      does: 'setting a password by a mail’s link, which proves the address, too',
      tells: ['identity.password.changed.v1', 'identity.email.verified.v1', 'email.requested.v1'],
      async prepare() {
        const { email } = await enrol(parts);
        await requestReset(parts, email);
        const token = await lastToken(email);
        return () => resetPassword(parts, token, `${PASSWORD} anew`);
      },
    },
    {
      does: 'changing a password',
      tells: ['identity.password.changed.v1', 'identity.session.ended.v1', 'email.requested.v1'],
      async prepare() {
        const { user, here } = await withSession();
        return () => changePassword(parts, user, here, `${PASSWORD} anew`);
      },
    },
    {
      does: 'asking for another address',
      tells: ['identity.email.change-requested.v1', 'email.requested.v1'],
      async prepare() {
        const { id } = await somebody();
        return () => requestEmailChange(parts, id, newEmail());
      },
    },
    {
      does: 'proving another address',
      tells: ['identity.email.changed.v1', 'email.requested.v1'],
      async prepare() {
        const [{ id }, email] = [await somebody(), newEmail()];
        await requestEmailChange(parts, id, email);
        const token = await lastToken(email);
        return () => confirmEmailChange(parts, token);
      },
    },
    {
      does: 'changing a name',
      tells: ['identity.user.updated.v1'],
      async prepare() {
        const { id } = await somebody();
        return () => changeName(parts, id, 'Grace');
      },
    },
    {
      does: 'changing a language',
      tells: ['identity.user.updated.v1'],
      async prepare() {
        const { id } = await somebody();
        return () => changeLanguage(parts, id, 'de');
      },
    },
    {
      does: 'changing name and status by an operator',
      tells: [
        'identity.session.ended.v1',
        'identity.session.ended.v1',
        'identity.user.updated.v1',
        'identity.user.disabled.v1',
      ],
      async prepare() {
        const { user } = await withSession();
        return () => changeUser(parts, user.id, { name: 'Grace', status: 'disabled' });
      },
    },
    {
      does: 'disabling',
      tells: ['identity.session.ended.v1', 'identity.session.ended.v1', 'identity.user.disabled.v1'],
      async prepare() {
        const { user } = await withSession();
        return () => disableUser(parts, user.id);
      },
    },
    {
      does: 'disabling who is disabled',
      tells: [],
      async prepare() {
        const { id } = await somebody();
        await disableUser(parts, id);
        return () => disableUser(parts, id);
      },
    },
    {
      does: 'enabling',
      tells: ['identity.user.enabled.v1'],
      async prepare() {
        const { id } = await somebody();
        await disableUser(parts, id);
        return () => enableUser(parts, id);
      },
    },
    {
      does: 'asking for an account to be deleted',
      tells: [
        'identity.session.ended.v1',
        'identity.session.ended.v1',
        'identity.user.deletion-requested.v1',
        'email.requested.v1',
      ],
      async prepare() {
        const { user } = await withSession();
        return () => requestDeletion(parts, user.id);
      },
    },
    {
      does: 'keeping it',
      tells: ['identity.user.deletion-cancelled.v1'],
      async prepare() {
        const { id } = await somebody();
        await requestDeletion(parts, id);
        return () => keepAccount(parts, id);
      },
    },
    {
      does: 'erasing it when it is due',
      tells: ['identity.user.deleted.v1'],
      async prepare() {
        const { id } = await somebody();
        clock.advance(14 * DAY);
        await eraseDueAccounts(parts);
        await requestDeletion(parts, id);
        clock.advance(14 * DAY);
        return () => eraseDueAccounts(parts);
      },
    },
    {
      does: 'erasing it by an operator',
      tells: ['identity.session.ended.v1', 'identity.session.ended.v1', 'identity.user.deleted.v1'],
      async prepare() {
        const { user } = await withSession();
        return () => eraseUser(parts, user.id);
      },
    },
    {
      does: 'signing in',
      tells: ['identity.login.succeeded.v1'],
      async prepare() {
        const { email } = await somebody();
        return () => signInWith(parts, email, PASSWORD);
      },
    },
    {
      does: 'a wrong password',
      tells: ['identity.login.failed.v1'],
      alone: 'event',
      async prepare() {
        const { email } = await somebody();
        return () => signInWith(parts, email, 'another password');
      },
    },
    {
      does: 'an address that nobody has',
      tells: ['identity.login.failed.v1'],
      alone: 'event',
      prepare: async () => () => signInWith(parts, newEmail(), PASSWORD),
    },
    {
      does: 'ending one session',
      tells: ['identity.session.ended.v1'],
      async prepare() {
        const { user, there } = await withSession();
        return () => endSession(parts, user.id, there);
      },
    },
    {
      does: 'ending all sessions but one',
      tells: ['identity.session.ended.v1'],
      async prepare() {
        const { user, here } = await withSession();
        return () => endOtherSessions(parts, user.id, here);
      },
    },
    {
      does: 'signing out everywhere',
      tells: ['identity.session.ended.v1', 'identity.session.ended.v1'],
      async prepare() {
        const { user } = await withSession();
        return () => signOutEverywhere(parts, user.id);
      },
    },
    {
      does: 'taking back what an application was allowed',
      tells: ['identity.token.revoked.v1'],
      async prepare() {
        const { user } = await withGrant();
        return () => takeBackAccess(parts, user.id, 'shop');
      },
    },
    {
      does: 'revoking a grant',
      tells: ['identity.token.revoked.v1'],
      async prepare() {
        const { user, grantId } = await withGrant();
        return () => revokeGrant(parts, user.id, grantId);
      },
    },
    {
      does: 'telling of wrong passwords',
      tells: ['email.requested.v1'],
      async prepare() {
        const { email } = await somebody();
        return () => tellOfFailures(parts, email);
      },
    },
    {
      does: 'telling of a token that was used twice',
      tells: ['email.requested.v1'],
      async prepare() {
        const { id } = await somebody();
        return () => tellOfReuse(parts, { user_id: id, app: 'Shop' });
      },
    },
    {
      does: 'sending a mail',
      tells: ['email.sent.v1'],
      async prepare() {
        await enrol(parts);
        const job = await lastJob();
        return () => deliverMail(delivery(sent), job);
      },
    },
    {
      does: 'sending a mail in vain, for the first time',
      tells: [],
      async prepare() {
        await enrol(parts);
        const job = await lastJob();
        return () => deliverMail(delivery(refused), job).catch(expecting('550 no'));
      },
    },
    {
      does: 'sending a mail in vain, for the last time',
      tells: ['email.delivery-failed.v1'],
      async prepare() {
        await enrol(parts);
        const job = await lastJob();
        await db('mails')
          .where({ id: job.id })
          .update({ attempts: ATTEMPTS - 1 });
        return () => deliverMail(delivery(refused), job).catch(expecting('550 no'));
      },
    },
    {
      does: 'sending a mail that is too old',
      tells: ['email.delivery-failed.v1'],
      alone: 'change',
      async prepare() {
        await enrol(parts);
        const job = await lastJob();
        clock.advance(2 * DAY);
        return () => deliverMail(delivery(sent), job);
      },
    },
    {
      does: 'sending the same mail once more within its pause',
      tells: ['email.delivery-failed.v1'],
      async prepare() {
        const { email } = await somebody();
        await tellOfFailures(parts, email);
        clock.advance(1);
        await tellOfFailures(parts, email);
        const job = await lastJob();
        return () => deliverMail(delivery(sent), job);
      },
    },
    {
      does: 'finding a mail that nobody sends',
      tells: ['email.delivery-failed.v1'],
      async prepare() {
        await sweepMails({ db, clock });
        await db('mails').insert({ id: newId(), kind: 'verify-email', created_at: clock.now() });
        return () => sweepMails({ db, clock });
      },
    },
    {
      does: 'rotating a key',
      tells: ['identity.key.rotated.v1'],
      async prepare() {
        await rotateKeys(keys);
        clock.advance(2 * DAY);
        return () => rotateKeys(keys);
      },
    },
    {
      does: 'revoking the key that signs',
      tells: ['identity.key.revoked.v1', 'identity.key.rotated.v1'],
      async prepare() {
        const { kid } = (await listKeys(db)).find(({ state }) => state === 'active') ?? assert.fail();
        return () => revokeKey(keys, kid);
      },
    },
  ];

  const eventsAfter = async (after: number) =>
    (await loggedEvents(db)).filter(({ position }) => Number(position) > after);
  const last = async () => Number((await db('events').max('position as last').first())?.['last'] ?? 0);
  const act = <T>(work: () => Promise<T>): Promise<T> => withCause(CAUSE, work);

  for (const useCase of [...USE_CASES, ...candidateUseCases(candidates, invitations)]) {
    const { does, tells } = useCase;
    it(`${does}: ${tells.join(', ') || 'nothing'}; none of it without the change, and no change without it`, async () => {
      const work = await act(useCase.prepare);
      await refusedWhole(useCase, () => act(work));
      const before = await last();
      await act(work);
      const events = await eventsAfter(before);
      assert.deepEqual(events.map(({ type }) => type).sort(), [...tells].sort());
      for (const event of events) {
        checkCause(event);
        catalogue[event['type'] as EventType].data.parse(event['data']);
      }
    });
  }

  /** What cannot be told is not done, and what cannot be done is not told. */
  async function refusedWhole({ tells, alone }: UseCase, work: () => Promise<unknown>): Promise<void> {
    if (tells.length === 0) return;
    if (alone !== 'change') await refusing(['events'], () => assert.rejects(work(), /no commit today/));
    if (alone !== 'event') await refusing(TABLES, () => assert.rejects(work(), /no commit today/));
  }

  function checkCause({ correlation_id, client_id, actor, type, subject, data }: Record<string, unknown>): void {
    assert.equal(correlation_id, CAUSE.correlationId);
    if (type === 'assessment.session.expired.v1') assert.deepEqual([actor, client_id], ['system', null]);
    else {
      assert.equal(client_id, CAUSE.clientId);
      assert.equal(actor, type === 'identity.login.succeeded.v1' ? signedIn(subject, data) : CAUSE.actor);
    }
    const named = Object.values(data as Record<string, unknown>)[0];
    assert.ok(subject === named || subject === null, `${type} is of ${subject}`);
  }

  /** Has every commit fail that changes these tables, and compares what is there before and after `work`. */
  async function refusing(tables: readonly string[], work: () => Promise<unknown>): Promise<void> {
    const before = await everything();
    for (const table of tables)
      await db.raw(`create constraint trigger refuse after insert or update or delete on ${table}
        deferrable initially deferred for each row execute function refuse()`);
    await work().finally(async () => {
      for (const table of tables) await db.raw(`drop trigger refuse on ${table}`);
    });
    assert.deepEqual(await everything(), before);
  }

  async function everything(): Promise<unknown> {
    const rows = [];
    for (const table of ['events', ...TABLES]) {
      const { rows: found } = await db.raw(
        `select count(*), md5(string_agg(t::text, '|' order by t::text)) from ${table} t`,
      );
      rows.push([table, found]);
    }
    return rows;
  }

  it('of a candidate, which members are not as they were, whoever changes others at once', async () => {
    const { id } = (await createCandidate(candidates(), { name: 'Ada' })) ?? assert.fail();
    const before = await last();
    const changes = [
      { name: 'Ada', email: 'a@b.example' },
      { metadata: { a: 1 }, name: 'Ada' },
      { externalId: newId() },
    ];
    await Promise.all([...changes, ...changes].map((change) => changeCandidate(candidates(), id, change)));
    const changed = (await eventsAfter(before)).map(({ data }) => (data as { changed: string[] }).changed);
    assert.deepEqual(changed.sort(), [['email'], ['external_id'], ['metadata']]);
    const { external_id, email, name, metadata } = await db('candidates').where({ id }).first();
    assert.deepEqual([external_id, email, name, metadata], [changes[2]?.externalId, 'a@b.example', 'Ada', { a: 1 }]);
  });

  it('of a session, when it was by the database’s time, under an id that is as young', async () => {
    const before = await last();
    time.advance(DAY);
    const { id } = await startSession(candidates());
    const events = (await eventsAfter(before)).filter(({ subject }) => subject === id);
    const { createdAt, startedAt } = (await findSession(db, time, id)) ?? assert.fail();
    assert.deepEqual(
      events.map(({ time: at, data }) => [at, (data as { state: string }).state]),
      [
        [createdAt, 'created'],
        [startedAt, 'in_progress'],
      ],
    );
    for (const event of events) assert.ok(Math.abs(Date.now() - timeOfId(String(event['id'])).getTime()) < 60_000);
  });

  it('of requests that end one session at once, one tells of it', async () => {
    const { user, here } = await withSession();
    const row = await db('oidc_artifacts')
      .where({ uid: sha256(here) })
      .first();
    const before = await last();
    const signOut = async () => {
      const work = new UnitOfWork(postgresArtifacts(db, clock), clock);
      await work.run(async () => {
        await work.find('Session', 'id', row.id);
        await work.write({ kind: 'destroy', model: 'Session', id: row.id });
      });
    };
    await Promise.all(Array.from({ length: 5 }, signOut));
    const [event, ...others] = await eventsAfter(before);
    assert.deepEqual(event?.['data'], { user_id: user.id, session_id: here, reason: 'logout' });
    assert.deepEqual(others, []);
  });

  it('what hangs on something that is gone already is not told once more, and hinders nothing', async () => {
    const before = await last();
    const work = new UnitOfWork(postgresArtifacts(db, clock), clock);
    const id = randomBytes(32);
    const told = { type: 'identity.key.revoked.v1', subject: 'a-key', data: { kid: 'a-key' } } as const;
    await work.run(async () => {
      await work.write({ kind: 'end', ending: { kind: 'grant', value: id.toString('base64url') } });
      await work.tell(told, { model: 'Grant', id });
    });
    await work.run(async () => {
      await work.write({ kind: 'destroy', model: 'Grant', id });
      await work.tell(told, { model: 'Grant', id });
    });
    assert.deepEqual(await eventsAfter(before), []);
    await work.run(() => work.tell(told));
    assert.equal((await eventsAfter(before)).length, 1);
  });

  it('erasing somebody takes out where they came from', async () => {
    const { id } = await somebody();
    await act(() => changeName(parts, id, 'Grace'));
    const networks = () => db('events').where({ subject: id }).whereNotNull('network').pluck('network');
    assert.deepEqual(await networks(), [CAUSE.network]);
    await act(() => eraseUser(parts, id));
    assert.deepEqual(await networks(), []);
  });
});

const signedIn = (subject: unknown, data: unknown) =>
  `${(data as { method: string }).method === 'password' ? 'user' : 'candidate'}:${subject}`;

const expecting = (message: string) => (error: unknown) => {
  if (!(error instanceof Error) || error.message !== message) throw error;
};
