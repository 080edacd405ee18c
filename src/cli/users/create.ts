import { text } from 'node:stream/consumers';
import { type Creation, createUser, NAME_MAX, PASSWORD_MAX, PASSWORD_MIN } from '../../accounts/index.ts';
import type { Locale } from '../../i18n/index.ts';
import { operatorError } from '../../kernel/faults.ts';
import { Refusal } from '../run.ts';
import { printLink } from './print-link.ts';
import { note, withAccounts } from './with-accounts.ts';

export interface CreateOptions {
  readonly name?: string;
  readonly locale?: Locale;
  readonly verified?: boolean;
  readonly mail?: boolean;
  readonly passwordStdin?: boolean;
}

/** `users create`: an account, and a link to set its password unless one was given on standard input. */
export async function create(email: string, options: CreateOptions): Promise<void> {
  const { name, locale, verified = false, mail, passwordStdin } = options;
  if (mail && passwordStdin)
    throw operatorError('--mail', 'is for an account without a password: leave one of them out');
  const password = passwordStdin ? await readPassword() : undefined;
  const person = { email, name, locale, emailVerified: verified, password };
  const created = await withAccounts((accounts) => createUser(accounts, person, mail ? 'mail' : 'print'));
  if ('problems' in created) throw new Refusal(inWords(email, created.problems));
  await note('create', { user: created.id, link: created.link ? 'printed' : mail ? 'mailed' : 'none' });
  process.stdout.write(`Created ${email} (${created.id}).\n`);
  if (created.link) printLink(email, created.link);
  else if (mail) process.stdout.write(`A link to set a password was queued for ${email}. It works for 24 hours.\n`);
}

/** One line break at the end is the shell's, and no part of the password. */
async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) throw operatorError('--password-stdin', 'reads standard input: pipe the password into it');
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

function inWords(email: string, problems: Extract<Creation, { problems: unknown }>['problems']): string {
  const words = {
    email_invalid: `${email} is no e-mail address.`,
    email_taken: `${email} has an account already: gatehouse users show ${email}`,
    name_invalid: `The name has to be letters, at most ${NAME_MAX} characters.`,
    password_too_short: `The password has to be at least ${PASSWORD_MIN} characters.`,
    password_too_long: `The password has to be at most ${PASSWORD_MAX} characters.`,
    password_unreadable: 'The password holds a NUL, which nobody could type.',
    password_common:
      'The password is too easy to guess. A few words that nobody else would put together make a good one.',
    password_breached: 'The password is known from a data breach elsewhere. Choose another one.',
  };
  const lines = [problems.email, problems.name, problems.password].filter((code) => code !== undefined);
  return [...lines.map((code) => words[code]), 'Nobody was created.'].join('\n');
}
