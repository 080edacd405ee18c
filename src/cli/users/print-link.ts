import type { PasswordLink } from '../../accounts/index.ts';

/** The one place that a link is shown in: with whom it is for, and what it can do in anybody else's hands. */
export function printLink(email: string, { link, expiresAt }: PasswordLink): void {
  process.stdout.write(`
  ${link}

Give it to ${email} alone, by a way that nobody else reads: whoever opens it sets the password and is in.
It works once, until ${expiresAt.toISOString()}. For another one: gatehouse users reset-link ${email}
`);
}
