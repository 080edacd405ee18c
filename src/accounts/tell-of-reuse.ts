import { queueMail } from '../mail/index.ts';
import type { AccountParts } from './parts.ts';
import { lockUser } from './store.ts';

/** The job that tells somebody of a refresh token that was used twice. */
export const TELL_OF_REUSE = 'tell_of_reuse';

/** What it is queued with: who, and the application's name. */
export interface ReuseJob {
  readonly user_id: string;
  readonly app: string;
}

/** Milliseconds between two such mails: a day. */
const PAUSE = 24 * 60 * 60 * 1000;

/** Tells a person that a token of theirs was used by two, and has ended (RFC 9700 §4.14.2). */
export async function tellOfReuse(parts: AccountParts, { user_id, app }: ReuseJob): Promise<void> {
  await parts.db.transaction(async (transaction) => {
    const user = await lockUser(transaction, user_id);
    if (user?.status !== 'active') return;
    const { id: userId, email: to, locale } = user;
    const locals = { email: to, sessions_link: `${parts.issuer}/account/sessions`, app };
    await queueMail(transaction, parts.mail, { kind: 'token-reused', to, locale, userId, locals }, { pause: PAUSE });
  });
}
