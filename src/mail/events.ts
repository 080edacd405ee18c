import type { NewEvent } from '../events/index.ts';

interface Told {
  readonly id: string;
  readonly kind: string;
  readonly userId: string | undefined;
}

const dataOf = ({ id, kind, userId }: Told) => ({ mail_id: id, kind, user_id: userId ?? null });

/** A step in the life of a mail. */
export const mailEvent = (type: 'email.requested.v1' | 'email.sent.v1', mail: Told): NewEvent => ({
  type,
  subject: mail.id,
  data: dataOf(mail),
});

export type FailureReason = 'refused' | 'expired' | 'repeated' | 'abandoned';

/** Its end, where nobody got it. */
export const mailFailed = (mail: Told, reason: FailureReason): NewEvent => ({
  type: 'email.delivery-failed.v1',
  subject: mail.id,
  data: { ...dataOf(mail), reason },
});
