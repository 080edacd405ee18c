import { disableUser } from '../../accounts/index.ts';
import { confirm } from '../confirm.ts';
import { requireUser } from './find.ts';
import { note, withAccounts } from './with-accounts.ts';

/** `users disable`: shuts an account, with everything that is signed in to it. */
export async function disable(named: string, options: { yes?: boolean }): Promise<void> {
  await withAccounts(async (accounts) => {
    const { id, email, status } = await requireUser(accounts, named);
    if (status === 'disabled') {
      process.stdout.write(`${email} was disabled already. Nothing was changed.\n`);
      return;
    }
    await confirm(`Disable ${email}? Nobody signs in to it then, and its sessions and tokens end.`, options);
    await disableUser(accounts, id);
    await note('disable', { user: id });
    process.stdout.write(`Disabled ${email}. Its sessions and tokens have ended; an API that checks tokens by itself has to
follow the list of what has ended (docs/gateway.md). To undo it: gatehouse users enable ${email}
`);
  });
}
