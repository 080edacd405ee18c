import { profileOf } from '../../accounts/index.ts';
import { printJson } from '../print-json.ts';
import { requireUser } from './find.ts';
import { withAccounts } from './with-accounts.ts';

/** `users show`: everything about one of them, but for what nobody may see. */
export async function show(named: string, { json }: { json?: boolean }): Promise<void> {
  const user = await withAccounts((accounts) => requireUser(accounts, named));
  if (json) return printJson(profileOf(user));
  const rows = [
    ['E-mail', `${user.email} (${user.emailVerified ? 'verified' : 'not verified'})`],
    ['Name', user.name],
    ['Language', user.locale],
    ['Status', user.status],
    ['Password', user.hasPassword ? 'set' : 'none yet'],
    ['Created', user.createdAt.toISOString()],
    ['Changed', user.updatedAt.toISOString()],
    ['Last sign-in', user.lastLoginAt?.toISOString()],
    ...(user.deletionDueAt ? [['To be erased', user.deletionDueAt.toISOString()]] : []),
    ['Id', user.id],
  ];
  for (const [label = '', value = '–'] of rows) process.stdout.write(`${label.padEnd(14)}${value}\n`);
}
