import { z } from 'zod';
import { describe } from './describe.ts';
import { A_USER, time, userId } from './members.ts';

const user = z.strictObject({ user_id: userId });
const example = { user_id: A_USER };

/** What happens to an account. */
export const userEvents = {
  'identity.user.registered.v1': describe({
    summary: 'An account was made. Its address may not be proved yet.',
    subject: 'user',
    data: user.extend({ origin: z.enum(['self', 'operator', 'import']) }),
    example: { ...example, origin: 'self' },
    usedBy: 'A CRM, to open a customer’s file; reporting, to count registrations.',
  }),
  'identity.user.updated.v1': describe({
    summary: 'A user’s name or language was changed.',
    subject: 'user',
    data: user.extend({ changed: z.array(z.enum(['name', 'locale'])).meta({ description: 'Which, not to what' }) }),
    example: { ...example, changed: ['name'] },
    usedBy: 'Whoever keeps a copy of profiles, to read the user anew.',
  }),
  'identity.user.disabled.v1': describe({
    summary: 'An operator has shut an account: nobody signs in to it, and whoever was is out.',
    subject: 'user',
    data: user,
    example,
    usedBy: 'Applications with sessions of their own, to end them.',
  }),
  'identity.user.enabled.v1': describe({
    summary: 'A shut account is open again.',
    subject: 'user',
    data: user,
    example,
    usedBy: 'Applications that shut something with it.',
  }),
  'identity.user.deletion-requested.v1': describe({
    summary: 'A user has asked for their account to be erased, and may change their mind until then.',
    subject: 'user',
    data: user.extend({ due_at: time }),
    example: { ...example, due_at: '2026-12-10T09:00:00.000Z' },
    usedBy: 'Whoever has to erase copies on the same day.',
  }),
  'identity.user.deletion-cancelled.v1': describe({
    summary: 'A user keeps the account that was to be erased.',
    subject: 'user',
    data: user,
    example,
    usedBy: 'Whoever has planned to erase copies.',
  }),
  'identity.user.deleted.v1': describe({
    summary: 'An account and all there was of it was erased.',
    subject: 'user',
    data: user,
    example,
    usedBy: 'Whoever keeps copies of personal data, to erase them as well.',
  }),
  'identity.email.verification-requested.v1': describe({
    summary: 'A link and a code to prove an address were mailed.',
    subject: 'user',
    data: user,
    example,
    usedBy: 'Support, to see why somebody waits.',
  }),
  'identity.email.verified.v1': describe({
    summary: 'A user’s address was proved, by a mail or an operator’s word.',
    subject: 'user',
    data: user.extend({ by: z.enum(['mail', 'operator']) }),
    example: { ...example, by: 'mail' },
    usedBy: 'A newsletter or CRM, that may write from now on.',
  }),
  'identity.email.change-requested.v1': describe({
    summary: 'A link to prove another address was mailed to it.',
    subject: 'user',
    data: user,
    example,
    usedBy: 'Fraud detection: who takes an account over begins so.',
  }),
  'identity.email.changed.v1': describe({
    summary: 'A user has another address, and has proved it.',
    subject: 'user',
    data: user,
    example,
    usedBy: 'Whoever keeps a copy of the address, to read the user anew.',
  }),
  'identity.password.reset-requested.v1': describe({
    summary: 'A link to set a new password was made: mailed, or handed out by an operator.',
    subject: 'user',
    data: user.extend({ by: z.enum(['mail', 'operator']) }),
    example: { ...example, by: 'mail' },
    usedBy: 'Fraud detection and support.',
  }),
  'identity.password.changed.v1': describe({
    summary: 'A user has another password; other sessions have ended.',
    subject: 'user',
    data: user.extend({ by: z.enum(['reset', 'owner']).meta({ description: 'By a link, or signed in' }) }),
    example: { ...example, by: 'reset' },
    usedBy: 'Fraud detection; applications with sessions of their own, to end them.',
  }),
};
