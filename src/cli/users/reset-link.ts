import { makePasswordLink } from '../../accounts/index.ts';
import { Refusal } from '../run.ts';
import { requireUser } from './find.ts';
import { printLink } from './print-link.ts';
import { note, withAccounts } from './with-accounts.ts';

/** `users reset-link`: a link to set a new password, for an operator to hand over. */
export async function resetLink(named: string): Promise<void> {
  const { user, link } = await withAccounts(async (accounts) => {
    const user = await requireUser(accounts, named);
    return { user, link: await makePasswordLink(accounts, user) };
  });
  if (!link) throw new Refusal(`${user.email} is disabled. First: gatehouse users enable ${user.email}`);
  await note('reset-link', { user: user.id, expires_at: link.expiresAt });
  process.stdout.write(`Made a link to set a new password for ${user.email}. Every older one has ended.\n`);
  printLink(user.email, link);
}
