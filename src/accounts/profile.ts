import type { User } from './types.ts';

/** What is kept of a user, as JSON takes it: members as the API names them, times as RFC 3339 tells them. */
export function profileOf(user: User) {
  return {
    id: user.id,
    email: user.email,
    email_verified: user.emailVerified,
    name: user.name ?? null,
    locale: user.locale ?? null,
    status: user.status,
    has_password: user.hasPassword,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
    last_login_at: user.lastLoginAt ?? null,
    deletion_due_at: user.deletionDueAt ?? null,
  };
}
