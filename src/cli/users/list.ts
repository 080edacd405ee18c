import { validate } from 'uuid';
import { listUsers, profileOf, type User } from '../../accounts/index.ts';
import { operatorError } from '../../kernel/faults.ts';
import { printJson } from '../print-json.ts';
import { table } from '../table.ts';
import { withAccounts } from './with-accounts.ts';

export interface ListOptions {
  readonly q?: string;
  readonly status?: User['status'];
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

/** `users list`: a page of them, oldest first. */
export async function list({ q, status, limit, cursor, json }: ListOptions): Promise<void> {
  if (cursor !== undefined && !validate(cursor))
    throw operatorError('--cursor', 'take the next_cursor of the page before');
  const { users, next } = await withAccounts(({ db }) => listUsers(db, { q, status, after: cursor, limit }));
  if (json) return printJson({ items: users.map(profileOf), next_cursor: next ?? null });
  if (users.length === 0) return void process.stdout.write(nobody({ q, status, cursor }));
  const heads = ['EMAIL', 'NAME', 'STATUS', 'VERIFIED', 'CREATED', 'LAST SIGN-IN', 'ID'];
  process.stdout.write(table(heads, users.map(row)));
  if (next) process.stdout.write(`\nThere are more: add --cursor ${next}\n`);
}

function row(user: User): string[] {
  const { email, name = '–', status, emailVerified, createdAt, lastLoginAt, id } = user;
  return [email, name, status, emailVerified ? 'yes' : 'no', day(createdAt), lastLoginAt ? day(lastLoginAt) : '–', id];
}

const day = (at: Date): string => at.toISOString().slice(0, 10);

function nobody(filters: Readonly<Record<string, string | undefined>>): string {
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return filtered ? 'Nobody fits.\n' : 'There are no users yet. Make one: gatehouse users create EMAIL\n';
}
