import type { User } from '../../accounts/index.ts';

/** A user as the API tells it, and whether a password is set. */
export function asJson(user: User): Record<string, unknown> {
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
