import { listMails } from '../mail/index.ts';
import type { AccountParts } from './parts.ts';
import { listProofs } from './pending-proofs.ts';
import { profileOf } from './profile.ts';
import { findUser } from './store.ts';

/**
 * All that is held about a user, as JSON takes it: members in snake_case, times as RFC 3339 tells them. What proves who
 * somebody is – the password's hash, digests of tokens and codes – is not about the person, and not in it.
 * @returns undefined where there is no such user.
 */
export async function exportData({ db, clock, personal, issuer }: AccountParts, userId: string) {
  const user = await findUser(db, userId);
  if (!user) return undefined;
  const [sessions, grants, tokens, mails, proofs] = await Promise.all([
    personal.sessions(db, userId),
    personal.grants(db, userId),
    personal.tokens(db, userId),
    listMails(db, userId),
    listProofs(db, userId),
  ]);
  return {
    issuer,
    exported_at: clock.now(),
    profile: profileOf(user),
    sessions: sessions.map(({ signedInAt, seen, expiresAt }) => ({
      signed_in_at: signedInAt,
      last_seen_at: seen ? new Date(seen.at * 1000) : null,
      user_agent: seen?.agent ?? null,
      address: seen?.address ?? null,
      expires_at: expiresAt ?? null,
    })),
    applications: grants.map(({ clientId, scopes, resources, givenAt, expiresAt }) => ({
      client_id: clientId,
      scopes,
      resources,
      given_at: givenAt,
      expires_at: expiresAt ?? null,
    })),
    tokens: tokens.map(({ kind, clientId, issuedAt, expiresAt }) => ({
      kind,
      client_id: clientId,
      issued_at: issuedAt,
      expires_at: expiresAt ?? null,
    })),
    mails: mails.map(({ kind, state, createdAt, sentAt }) => ({
      kind,
      state,
      created_at: createdAt,
      sent_at: sentAt ?? null,
    })),
    proofs: proofs.map(({ purpose, email, createdAt, expiresAt }) => ({
      purpose,
      ...(email ? { email } : {}),
      created_at: createdAt,
      expires_at: expiresAt,
    })),
  };
}
