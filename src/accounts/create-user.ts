import { append } from '../events/index.ts';
import type { Locale } from '../i18n/index.ts';
import { newId } from '../kernel/ids.ts';
import { type Mail, queueMail } from '../mail/index.ts';
import { type Email, readEmail } from './email.ts';
import { tellRegistered } from './events.ts';
import type { AccountParts } from './parts.ts';
import { checkPassword } from './password-rules.ts';
import { nameProblem, type RegistrationProblems } from './register.ts';
import { type PasswordLink, passwordLink } from './set-password-link.ts';
import { insertUser, type NewUser } from './store.ts';

/** Somebody whom an operator makes an account for. */
export interface Person {
  readonly email: string;
  readonly name: string | undefined;
  readonly locale: Locale | undefined;
  /** The operator's word that the address is theirs. */
  readonly emailVerified: boolean;
  /** Undefined: they set one by a link. */
  readonly password: string | undefined;
}

/** How somebody without a password gets the link to set one: by mail, or from the operator. */
export type Handover = 'mail' | 'print';

export type Creation =
  | { readonly id: string; readonly link: PasswordLink | undefined }
  | { readonly problems: Omit<RegistrationProblems, 'email'> & { readonly email?: 'email_invalid' | 'email_taken' } };

/** Seconds that a link works that nobody was waiting for. */
const INVITATION = 24 * 60 * 60;

/**
 * Makes an account for somebody. Without a password there is a link to set one: mailed, which proves the address, or
 * returned for the operator to hand over, which proves nothing.
 */
export async function createUser(parts: AccountParts, person: Person, handover: Handover): Promise<Creation> {
  const email = readEmail(person.email);
  const problems = await problemsOf(parts, person, email);
  if (!email || Object.keys(problems).length > 0) return { problems };
  const user: NewUser = {
    id: newId(),
    email: email.address,
    emailKey: email.key,
    name: person.name?.trim() || undefined,
    locale: person.locale,
    passwordHash: person.password === undefined ? undefined : await parts.passwords.hashing.hash(person.password),
    emailVerified: person.emailVerified,
    createdAt: parts.clock.now(),
  };
  return parts.db.transaction(async (transaction): Promise<Creation> => {
    if (!(await insertUser(transaction, user))) return { problems: { email: 'email_taken' } };
    await append(transaction, user.createdAt, tellRegistered(user.id, 'operator'));
    if (user.passwordHash) return { id: user.id, link: undefined };
    if (handover === 'print') {
      return { id: user.id, link: await passwordLink(transaction, parts, user, { provesAddress: false }) };
    }
    const { link, expiresAt } = await passwordLink(transaction, parts, user, { lifetime: INVITATION });
    const { id: userId, email: to, locale } = user;
    const locals = { link, email: to };
    const mail: Mail = { kind: 'invitation', to, locale, userId, locals, usefulUntil: expiresAt };
    await queueMail(transaction, parts.mail, mail);
    return { id: userId, link: undefined };
  });
}

async function problemsOf(
  parts: AccountParts,
  person: Person,
  email: Email | undefined,
): Promise<RegistrationProblems> {
  const { name, password } = person;
  const passwordFault = password === undefined ? undefined : await checkPassword(parts, password, person);
  const nameFault = nameProblem(name);
  return {
    ...(email ? {} : { email: 'email_invalid' }),
    ...(passwordFault ? { password: passwordFault } : {}),
    ...(nameFault ? { name: nameFault } : {}),
  };
}
