import { enableUser } from '../../accounts/index.ts';
import { requireUser } from './find.ts';
import { note, withAccounts } from './with-accounts.ts';

/** `users enable`: opens an account that was disabled. */
export async function enable(named: string): Promise<void> {
  await withAccounts(async (accounts) => {
    const { id, email, status } = await requireUser(accounts, named);
    if (status === 'active') {
      process.stdout.write(`${email} is not disabled. Nothing was changed.\n`);
      return;
    }
    await enableUser(accounts, id);
    await note('enable', { user: id });
    process.stdout.write(`Enabled ${email}. They sign in anew, with the password they had.\n`);
  });
}
