import type { Knex } from 'knex';
import type { NewEvent } from '../events/index.ts';
import { newId } from '../kernel/ids.ts';
import { type Mail, queueMail } from '../mail/index.ts';
import { type Email, readEmail } from './email.ts';
import { tellOf, tellRegistered } from './events.ts';
import { type AccountParts, type Journey, mailLocale, pageLink } from './parts.ts';
import { checkPassword, type PasswordProblem } from './password-rules.ts';
import { issueProof, issueRegistrationProof, type Proof } from './proof.ts';
import { insertUser, lockCredentials, type NewUser } from './store.ts';
import type { User } from './types.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly name: string | undefined;
}

/** What is wrong, by field. */
export interface RegistrationProblems {
  readonly email?: 'email_invalid';
  readonly password?: PasswordProblem;
  readonly name?: 'name_invalid';
}

/** `userId` is there where an account was made; who asks must not be told where it was not. */
export type RegistrationResult = { readonly userId?: string } | { readonly problems: RegistrationProblems };

export const NAME_MAX = 200;
/** Milliseconds between two mails that tell an owner of such a try. */
const PAUSE = 60_000;

/**
 * Makes an account, unverified, and mails a link and a code to prove the address. An address that somebody else has
 * registered and not proved gets the same mail: the password that counts is the one of the mail that is answered, so
 * nobody gets into an account by having registered its address first. An address that has an account gets a mail that
 * says so instead: its owner learns of it, and nobody else does.
 * @throws Problem `busy` when too many passwords are being hashed already
 */
export async function register(
  parts: AccountParts,
  registration: Registration,
  journey: Journey = {},
): Promise<RegistrationResult> {
  const { hashing } = parts.passwords;
  hashing.queue.mustHaveRoom();
  const email = readEmail(registration.email);
  const problems = await problemsOf(parts, registration, email);
  if (!email || Object.keys(problems).length > 0) return { problems };
  const passwordHash = await hashing.hash(registration.password);
  const user: NewUser = {
    id: newId(),
    email: email.address,
    emailKey: email.key,
    name: registration.name?.trim() || undefined,
    locale: journey.locale,
    passwordHash,
    createdAt: parts.clock.now(),
  };
  return parts.db.transaction(async (transaction) => {
    const isNew = await insertUser(transaction, user);
    // The same statements for a new address, one that is not proved and one that is (checklist 29).
    const owner = (await lockCredentials(transaction, email.key))?.user;
    if (!owner) throw new Error('the account was erased in this moment');
    const registered = { id: owner.id, emailKey: email.key, isNew };
    const typed = { passwordHash, name: user.name };
    const proof = await issueRegistrationProof(transaction, parts.mail, registered, typed, user.createdAt);
    const events = isNew ? [tellRegistered(owner.id, 'self')] : [];
    await (proof
      ? mailProof(transaction, parts, owner, proof, journey, events)
      : tellOwner(transaction, parts, owner, journey));
    return isNew ? { userId: user.id } : {};
  });
}

/** Mails a fresh link and code; the older ones end. */
export async function mailVerification(
  transaction: Knex.Transaction,
  parts: AccountParts,
  user: Pick<NewUser, 'id' | 'email' | 'emailKey' | 'locale'>,
  journey: Journey,
): Promise<void> {
  const proof = await issueProof(transaction, parts.mail, user, 'verify_email', parts.clock.now());
  await mailProof(transaction, parts, user, proof, journey);
}

async function mailProof(
  transaction: Knex.Transaction,
  parts: AccountParts,
  user: Pick<NewUser, 'id' | 'email' | 'locale'>,
  { token, code, expiresAt }: Proof,
  journey: Journey,
  events: readonly NewEvent[] = [],
): Promise<void> {
  const mail: Mail = {
    kind: 'verify-email',
    to: user.email,
    locale: mailLocale(user, journey),
    userId: user.id,
    locals: {
      link: pageLink(parts.issuer, '/account/verify-email', token, journey),
      code,
      email: user.email,
      ...appOf(journey),
    },
    usefulUntil: expiresAt,
  };
  const requested = tellOf(user.id, 'identity.email.verification-requested.v1');
  await queueMail(transaction, parts.mail, mail, { events: [...events, requested] });
}

/** Tells whoever has the address that somebody wanted it. */
export async function tellOwner(
  transaction: Knex.Transaction,
  parts: AccountParts,
  owner: User,
  journey: Journey,
): Promise<void> {
  const mail: Mail = {
    kind: 'address-taken',
    to: owner.email,
    // Whoever is on the way there may be somebody else.
    locale: owner.locale ?? journey.locale,
    userId: owner.id,
    locals: { email: owner.email, reset_link: `${parts.issuer}/account/forgot-password`, ...appOf(journey) },
  };
  await queueMail(transaction, parts.mail, mail, { pause: PAUSE });
}

/** The application's name, for a mail; nothing where there is none. */
export const appOf = ({ app }: Journey): Record<string, string> => (app ? { app } : {});

async function problemsOf(
  parts: AccountParts,
  { email: typed, name, password }: Registration,
  email: Email | undefined,
): Promise<RegistrationProblems> {
  const passwordFault = await checkPassword(parts, password, { email: typed, name });
  const nameFault = nameProblem(name);
  return {
    ...(email ? {} : { email: 'email_invalid' }),
    ...(passwordFault ? { password: passwordFault } : {}),
    ...(nameFault ? { name: nameFault } : {}),
  };
}

/** Anything people are called, but for control characters. */
export function nameProblem(name = ''): 'name_invalid' | undefined {
  return name.length <= NAME_MAX && !/\p{Cc}/u.test(name) ? undefined : 'name_invalid';
}
