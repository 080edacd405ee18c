import { askForEmailChange, isEmail, isSameEmail } from '../../accounts/index.ts';
import { type Context, field, languageOf, wordsFor } from '../../http/index.ts';
import type { WebParts } from '../parts.ts';
import { problemWords } from '../problem-words.ts';
import { TOO_MANY, tooOften } from '../too-often.ts';
import { type AccountPage, formOf } from './page.ts';
import type { Person } from './person.ts';

/**
 * `/account/email`: asks for another address, and mails a link there. Whether somebody has it already is found out by a
 * job: the answer is the same.
 */
export function emailPage(parts: WebParts): AccountPage {
  const path = '/account/email';
  const show: AccountPage['show'] = (ctx, person, errors, status) => {
    const { email: current } = person.user;
    const locals = { ...formOf(ctx, parts, path, person), current, email: field(ctx, 'email'), errors };
    return parts.show(ctx, 'account-email', locals, status);
  };
  const take = async (ctx: Context, person: Person) => {
    const [email, { user }] = [field(ctx, 'email'), person];
    const words = wordsFor(ctx);
    if (!isEmail(email)) return show(ctx, person, { email: problemWords(words, 'email_invalid') }, 422);
    if (isSameEmail(email, user.email)) return show(ctx, person, { email: words.t('account-email.same') }, 422);
    const often = await tooOften(ctx, parts, 'verification_mail', { email });
    if (often) return show(ctx, person, often, TOO_MANY);
    await askForEmailChange(parts.accounts, user.id, email, { locale: languageOf(ctx) });
    return parts.show(ctx, 'account-email-sent', { email, current: user.email });
  };
  return { path, fresh: true, show, take };
}
