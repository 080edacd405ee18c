import { z } from 'zod';
import { describe } from './describe.ts';
import { A_USER, accountId, clientId, userId } from './members.ts';

const kid = z.string().meta({ description: 'The key’s `kid` in the JWKS' });

/** Who gets in, what they are let in by, and how that ends. */
export const accessEvents = {
  'identity.login.succeeded.v1': describe({
    summary:
      'Somebody has signed in: a user by their password, typed or set just before, or a candidate by an invitation or the code to come back.',
    subject: 'user or candidate',
    data: z.strictObject({ user_id: accountId, method: z.enum(['password', 'invitation', 'resume_code']) }),
    example: { user_id: A_USER, method: 'password' },
    usedBy: 'Fraud detection, to see a sign-in that is unlike the others; reporting.',
  }),
  'identity.login.failed.v1': describe({
    summary: 'A password was tried in vain. Tries that a limit turned away are counted in the metrics alone.',
    subject: 'user',
    data: z.strictObject({
      user_id: userId.nullable().meta({ description: 'Null where nobody has the address; the address is not told' }),
      reason: z.enum(['wrong_password', 'unknown_account', 'account_disabled']),
    }),
    example: { user_id: A_USER, reason: 'wrong_password' },
    usedBy: 'Fraud detection, to see an attack; support, to see why somebody stays out.',
  }),
  'identity.session.ended.v1': describe({
    summary: 'A session has ended before its time, with what was issued in it.',
    subject: 'user or candidate',
    data: z.strictObject({
      user_id: accountId,
      session_id: z.string().meta({ description: 'As `/v1/users/{id}/sessions` names it; it opens nothing' }),
      reason: z.enum(['logout', 'ended']).meta({ description: 'In its own browser, or from elsewhere' }),
    }),
    example: { user_id: A_USER, session_id: 'wW2rFh0gkM8kGm0pJ7cXo', reason: 'logout' },
    usedBy: 'Applications with sessions of their own, to end them.',
  }),
  'identity.token.revoked.v1': describe({
    summary: 'A token has ended before its time, or a grant with all its tokens.',
    subject: 'user or candidate',
    data: z.strictObject({
      user_id: userId.nullable().meta({ description: 'Null for a machine’s token' }),
      client_id: clientId.nullable().meta({ description: 'Null where it was ended from outside by the token alone' }),
      grant_id: z.string().nullable().meta({ description: 'What stands before the full stop in its tokens’ `jti`' }),
      reason: z.enum(['revoked', 'reused', 'taken_back']),
    }),
    example: { user_id: A_USER, client_id: 'shop', grant_id: 'kq0m5v8o3Xb1T2cZ', reason: 'revoked' },
    usedBy: 'Gateways and applications that remember what a token allowed.',
  }),
  'identity.token.reuse-detected.v1': describe({
    summary: 'A refresh token was used twice: one of two who had it stole it. Its family has ended.',
    subject: 'user or candidate',
    data: z.strictObject({ user_id: accountId, client_id: clientId }),
    example: { user_id: A_USER, client_id: 'shop' },
    usedBy: 'Whoever is called at night.',
  }),
  'identity.key.rotated.v1': describe({
    summary: 'Another key signs from now on.',
    subject: 'key',
    data: z.strictObject({ kid, replaced_kid: kid.nullable() }),
    example: { kid: 'b3v1Qm', replaced_kid: 'Zk91xa' },
    usedBy: 'Gateways that keep the JWKS, to read it anew.',
  }),
  'identity.key.revoked.v1': describe({
    summary: 'A key was revoked in an emergency: nothing it signed counts any more.',
    subject: 'key',
    data: z.strictObject({ kid }),
    example: { kid: 'Zk91xa' },
    usedBy: 'Gateways that keep the JWKS; whoever is called at night.',
  }),
};
