import { verifyUser } from '../../accounts/index.ts';
import { requireUser } from './find.ts';
import { note, withAccounts } from './with-accounts.ts';

/** `users verify`: takes an operator's word that the address is the user's. */
export async function verify(named: string): Promise<void> {
  const { user, changed } = await withAccounts(async (accounts) => {
    const user = await requireUser(accounts, named);
    return { user, changed: await verifyUser(accounts, user) };
  });
  if (!changed) return void process.stdout.write(`${user.email} was verified already. Nothing was changed.\n`);
  await note('verify', { user: user.id });
  process.stdout.write(`Verified ${user.email}. They get to applications without the code from a mail.\n`);
}
