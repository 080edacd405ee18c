import { endOtherSessions, endSession, signOutEverywhere } from '../../accounts/index.ts';
import type { PersonalSession } from '../../artifacts/index.ts';
import { type Context, field, wordsFor } from '../../http/index.ts';
import type { Words } from '../../i18n/index.ts';
import type { WebParts } from '../parts.ts';
import { deviceWords } from './device.ts';
import { done, doneWords } from './done.ts';
import { type AccountPage, formOf } from './page.ts';
import type { Person } from './person.ts';

/** What the button sends that ends all sessions but this. */
const OTHERS = 'others';
/** The same for all of them. */
const EVERYWHERE = 'everywhere';

const BUTTONS = { others: OTHERS, everywhere: EVERYWHERE };

/** `/account/sessions`: where somebody is signed in, to be ended one by one, all but this, or all. */
export function sessionsPage(parts: WebParts): AccountPage {
  const path = '/account/sessions';
  const { accounts } = parts;
  return {
    path,
    async show(ctx, person, errors, status) {
      const words = wordsFor(ctx);
      const all = await accounts.personal.sessions(parts.db, person.user.id);
      const sessions = all.map((session) => inWords(words, session, person));
      sessions.sort((a, b) => Number(b.here) - Number(a.here));
      const locals = { ...formOf(ctx, parts, path, person), sessions, ...BUTTONS, notice: doneWords(ctx), errors };
      return parts.show(ctx, 'account-sessions', locals, status);
    },
    async take(ctx: Context, { user, session: here }: Person) {
      const which = field(ctx, 'session');
      if (which === OTHERS) {
        await endOtherSessions(accounts, user.id, here);
        return done(ctx, 'sessions', path);
      }
      if (which === EVERYWHERE) {
        await signOutEverywhere(accounts, user.id);
        return parts.show(ctx, 'signed-out', {});
      }
      if (which && which !== here) await endSession(accounts, user.id, which);
      return done(ctx, 'session', path);
    },
  };
}

function inWords(words: Words, { uid, signedInAt, seen }: PersonalSession, { session }: Person) {
  return {
    id: uid,
    device: deviceWords(words, seen?.agent),
    signed_in: words.time(signedInAt),
    seen: seen && words.time(new Date(seen.at * 1000)),
    address: seen?.address,
    here: uid === session,
  };
}
