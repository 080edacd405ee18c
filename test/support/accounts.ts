import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { endSessions, personalArtifacts, postgresLimiter } from '../../adapters/postgres/index.ts';
import {
  type Account,
  type AccountParts,
  authenticate,
  emailKey,
  HashQueue,
  noBreachCheck,
  PasswordHashing,
  register,
} from '../../src/accounts/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { open } from '../../src/kernel/seal.ts';
import { createLimits } from '../../src/limits/index.ts';
import type { Mail, MailJob } from '../../src/mail/index.ts';
import { mailContext } from '../../src/mail/queue.ts';
import { dropRepeated, findMailState } from '../../src/mail/store.ts';
import { IN_FULL, QUICK } from './password-hashing.ts';
import { newEmail, PASSWORD } from './relying-party.ts';

const MASTER_KEY = randomBytes(32);

const hashedWith = (parameters: typeof QUICK) => ({
  hashing: new PasswordHashing(parameters, new HashQueue({ concurrency: 2, waiting: 100 })),
  isBreached: noBreachCheck,
});

/** As a server has them, but quickly hashed, and nobody else is asked. */
export const PASSWORDS = hashedWith(QUICK);

const PASSWORDS_IN_FULL = hashedWith(IN_FULL);

/** The same parts, with passwords hashed as a server does by default. */
export const hashingInFull = (parts: AccountParts): AccountParts => ({ ...parts, passwords: PASSWORDS_IN_FULL });

/** What the use cases of accounts are made of; a test file's all have one master key. */
export function accountParts(db: Knex, clock: Clock, masterKey = MASTER_KEY): AccountParts {
  const masterKeys = [masterKey];
  const limits = createLimits({ build: postgresLimiter(db), masterKeys, clock, addressOf: emailKey });
  const mail = { clock, masterKeys };
  const ending = { clock };
  const stores: Pick<AccountParts, 'endSessions' | 'personal'> = {
    endSessions: (transaction, userId, which) => endSessions(transaction, ending, userId, which),
    personal: personalArtifacts(ending),
  };
  const policy = { issuer: 'https://id.example.com', requireVerifiedEmail: false };
  return { db, clock, mail, limits, passwords: PASSWORDS, ...policy, ...stores };
}

/** What was queued under a task's name, oldest first. */
export async function queuedJobs<Job>(db: Knex, task: string): Promise<Job[]> {
  const { rows } = await db.raw(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = ? order by j.id`,
    [task],
  );
  return rows.map(({ payload }: { payload: Job }) => payload);
}

/** The mails that were queued for somebody, opened; oldest first. */
export async function queuedMails({ db, mail }: AccountParts, to: string): Promise<Mail[]> {
  const jobs = await queuedJobs<MailJob>(db, 'send_mail');
  const mails: Mail[] = [];
  for (const { id, sealed, pause } of jobs) {
    // As its job does before it sends.
    if (pause) await dropRepeated(db, id, pause);
    if (await findMailState(db, id))
      mails.push(JSON.parse(open(Buffer.from(sealed, 'base64'), mail.masterKeys, mailContext(id))));
  }
  return mails.filter((each) => each.to === to);
}

/** The token in the link of a mail. */
export const tokenOf = (mail: Mail | undefined): string =>
  new URL(mail?.locals['link'] ?? 'https://no.link').searchParams.get('token') ?? '';

export interface Enrolled {
  readonly userId: string;
  readonly email: string;
  readonly token: string;
  readonly code: string;
}

/** Registers somebody new; what was mailed to them. */
export async function enrol(parts: AccountParts, email = newEmail()): Promise<Enrolled> {
  const result = await register(parts, { email, password: PASSWORD, name: undefined });
  if (!('userId' in result) || !result.userId) throw new Error(`${email} was not registered`);
  const mail = (await queuedMails(parts, email)).at(-1);
  return { userId: result.userId, email, token: tokenOf(mail), code: mail?.locals['code'] ?? '' };
}

/** Who the address and password let in, from this machine. */
export async function signInWith(parts: AccountParts, email: string, password: string): Promise<Account | undefined> {
  const result = await authenticate(parts, { email, password, caller: { network: '127.0.0.1' } });
  return 'user' in result ? result.user : undefined;
}

/** A code that is not `code`. */
export const wrongCode = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** Everything a user may be signed in with, one row of each; and what stays. */
export async function signedIn(db: Knex, accountId: string): Promise<void> {
  const models = ['Session', 'RefreshToken', 'AccessToken', 'AuthorizationCode', 'Grant'];
  const row = (model: string) => ({ model, id: randomBytes(32), payload: '{}', account_id: accountId });
  await db('oidc_artifacts').insert(models.map(row));
}

/** The kinds of artefacts that a user has. */
export async function artifactsOf(db: Knex, accountId: string): Promise<string[]> {
  const rows = await db('oidc_artifacts').where({ account_id: accountId }).orderBy('model').select('model');
  return rows.map(({ model }) => model);
}
