import { z } from 'zod';
import { describe } from './describe.ts';
import { A_MAIL, A_USER, userId } from './members.ts';

const mail = z.strictObject({
  mail_id: z.guid().meta({ description: 'The first part of its Message-ID' }),
  kind: z.string().meta({ description: 'What it is about, such as `verify-email`; never what it says' }),
  user_id: userId.nullable().meta({ description: 'Null where it goes to somebody without an account' }),
});
const example = { mail_id: A_MAIL, kind: 'verify-email', user_id: A_USER };

/** The life of a mail. Its address is in none of them: it is personal, and the user’s id leads to it. */
export const emailEvents = {
  'email.requested.v1': describe({
    summary: 'A mail was queued with what causes it.',
    subject: 'mail',
    data: mail,
    example,
    usedBy: 'Support, to see what somebody should have got.',
  }),
  'email.sent.v1': describe({
    summary: 'The mail server has taken a mail.',
    subject: 'mail',
    data: mail,
    example,
    usedBy: 'Support; reporting, to see how long mails take.',
  }),
  'email.delivery-failed.v1': describe({
    summary: 'A mail will not be sent any more.',
    subject: 'mail',
    data: mail.extend({
      reason: z.enum(['refused', 'expired', 'repeated', 'abandoned']).meta({
        description:
          'No try succeeded; what was in it was too old; the same had been sent just before; the process that sent it ended',
      }),
    }),
    example: { ...example, reason: 'refused' },
    usedBy: 'Whoever runs the mail server.',
  }),
};
