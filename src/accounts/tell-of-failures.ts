import { queueMail } from '../mail/index.ts';
import { emailKey } from './email.ts';
import { type AccountParts, type Journey, mailLocale } from './parts.ts';
import { appOf } from './register.ts';
import { lockCredentials } from './store.ts';

/** Milliseconds between two such mails: a day. */
const PAUSE = 24 * 60 * 60 * 1000;

/** Tells the owner of an address that somebody tries passwords for it; nobody where there is no account. */
export async function tellOfFailures(parts: AccountParts, email: string, journey: Journey = {}): Promise<void> {
  const key = emailKey(email);
  if (!key) return;
  await parts.db.transaction(async (transaction) => {
    const known = await lockCredentials(transaction, key);
    if (known?.user.status !== 'active') return;
    const { id: userId, email: to } = known.user;
    const locals = { email: to, reset_link: `${parts.issuer}/account/forgot-password`, ...appOf(journey) };
    const locale = mailLocale(known.user, journey);
    await queueMail(
      transaction,
      parts.mail,
      { kind: 'sign-in-failures', to, locale, userId, locals },
      { pause: PAUSE },
    );
  });
}
