import type { EventType, NewEvent } from '../events/index.ts';

/** Types that say nothing but whose account it is. */
type Plain = Extract<
  EventType,
  | 'identity.user.disabled.v1'
  | 'identity.user.enabled.v1'
  | 'identity.user.deletion-cancelled.v1'
  | 'identity.user.deleted.v1'
  | 'identity.email.verification-requested.v1'
  | 'identity.email.change-requested.v1'
  | 'identity.email.changed.v1'
>;

/** What has happened to somebody's account. */
export const tellOf = (userId: string, type: Plain): NewEvent => ({
  type,
  subject: userId,
  data: { user_id: userId },
});

export const tellRegistered = (userId: string, origin: 'self' | 'operator' | 'import'): NewEvent => ({
  type: 'identity.user.registered.v1',
  subject: userId,
  data: { user_id: userId, origin },
});

export const tellUpdated = (userId: string, changed: 'name' | 'locale'): NewEvent => ({
  type: 'identity.user.updated.v1',
  subject: userId,
  data: { user_id: userId, changed: [changed] },
});

export const tellVerified = (userId: string, by: 'mail' | 'operator'): NewEvent => ({
  type: 'identity.email.verified.v1',
  subject: userId,
  data: { user_id: userId, by },
});

export const tellResetRequested = (userId: string, by: 'mail' | 'operator'): NewEvent => ({
  type: 'identity.password.reset-requested.v1',
  subject: userId,
  data: { user_id: userId, by },
});

export const tellPasswordChanged = (userId: string, by: 'reset' | 'owner'): NewEvent => ({
  type: 'identity.password.changed.v1',
  subject: userId,
  data: { user_id: userId, by },
});

export const tellDeletionRequested = (userId: string, due: Date): NewEvent => ({
  type: 'identity.user.deletion-requested.v1',
  subject: userId,
  data: { user_id: userId, due_at: due.toISOString() },
});

/** Whoever has just signed in has caused it themselves. */
export const tellSignedIn = (userId: string): NewEvent => ({
  type: 'identity.login.succeeded.v1',
  subject: userId,
  actor: `user:${userId}`,
  data: { user_id: userId, method: 'password' },
});

export type FailedBy = 'wrong_password' | 'unknown_account' | 'account_disabled';

/** Nobody knows who has tried; whose account it was is told to whoever may read events. */
export const tellNotLetIn = (userId: string | undefined, reason: FailedBy): NewEvent => ({
  type: 'identity.login.failed.v1',
  subject: userId,
  data: { user_id: userId ?? null, reason },
});
