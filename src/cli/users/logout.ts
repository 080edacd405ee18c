import { type AccountParts, signOutEverywhere } from '../../accounts/index.ts';
import { confirm } from '../confirm.ts';
import { requireUser } from './find.ts';
import { note, withAccounts } from './with-accounts.ts';

/** `users logout`: signs somebody out wherever they are. */
export async function logout(named: string, options: { yes?: boolean }): Promise<void> {
  await withAccounts(async (accounts) => {
    const { id, email } = await requireUser(accounts, named);
    const there = await signedIn(accounts, id);
    await confirm(`Sign ${email} out everywhere? That ends ${there}.`, options);
    await signOutEverywhere(accounts, id);
    await note('logout', { user: id });
    process.stdout.write(`Signed ${email} out everywhere. That ended ${there}. An API that checks tokens by itself
has to follow the list of what has ended (docs/gateway.md). They can sign in again; to keep them out: gatehouse users disable ${email}
`);
  });
}

/** What somebody is signed in with, in words. */
async function signedIn({ db, personal }: AccountParts, userId: string): Promise<string> {
  const sessions = (await personal.sessions(db, userId)).length;
  const tokens = await personal.tokens(db, userId);
  const applications = [...new Set(tokens.map(({ clientId }) => clientId))].sort();
  const ofApplications =
    applications.length > 0 ? `the tokens of ${applications.join(', ')}` : 'no application’s tokens';
  return `${sessions} ${sessions === 1 ? 'session' : 'sessions'} and ${ofApplications}`;
}
