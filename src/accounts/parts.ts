import type { Knex } from 'knex';
import type { PersonalArtifacts, WhichSessions } from '../artifacts/index.ts';
import type { Locale } from '../i18n/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Limits } from '../limits/index.ts';
import type { MailParts } from '../mail/index.ts';
import type { BreachCheck } from './breach.ts';
import { commonPasswords } from './common-passwords.ts';
import type { PasswordHashing } from './password-hash.ts';

/** What the use cases of accounts are made of. */
export interface AccountParts {
  readonly db: Knex;
  readonly clock: Clock;
  readonly mail: MailParts;
  readonly limits: Limits;
  readonly passwords: Passwords;
  /** Links in mails are built from it, never from a request. */
  readonly issuer: string;
  /** Whether somebody is only let in whose address is proved. */
  readonly requireVerifiedEmail: boolean;
  /** Ends every session and token of a user, within the transaction; or those of the sessions that are named. */
  readonly endSessions: (transaction: Knex.Transaction, userId: string, which?: WhichSessions) => Promise<void>;
  /** What else the protocol keeps of a user. */
  readonly personal: PersonalArtifacts;
}

/** What the rules and the checking of passwords need. */
export interface Passwords {
  readonly hashing: PasswordHashing;
  readonly isBreached: BreachCheck;
}

/** Does at the start what the first who comes would wait for. */
export async function warmPasswords({ hashing }: Passwords): Promise<void> {
  await Promise.all([hashing.warm(), commonPasswords()]);
}

/** The sign-in a person is in the middle of, which a link in a mail leads back to. */
export interface Journey {
  /** The interaction's id. */
  readonly interaction?: string | undefined;
  /** The language of its pages. */
  readonly locale?: Locale | undefined;
  /** The language that the application asked for (`ui_locales`), if any. */
  readonly uiLocale?: Locale | undefined;
  /** The application's name. */
  readonly app?: string | undefined;
}

/** A mail's language: what the application asked for, then the reader's own, then that of the pages. */
export function mailLocale(reader: { readonly locale: Locale | undefined }, journey: Journey): Locale | undefined {
  return journey.uiLocale ?? reader.locale ?? journey.locale;
}

/** A page of ours, with the sign-in that it leads back to. */
export function pageLink(issuer: string, path: string, token: string, { interaction }: Journey): string {
  const query = new URLSearchParams({ token, ...(interaction ? { interaction } : {}) });
  return `${issuer}${path}?${query}`;
}
