import Router from '@koa/router';
import { type Context, field, readForm, type State } from '../../http/index.ts';
import { staleForm, type WebParts } from '../parts.ts';
import { isFresh, type Person, personOf } from './person.ts';
import { askWho, toSignIn } from './to-sign-in.ts';

/** What is wrong with a form, by field; `form` is for what concerns none of them. */
export type FormErrors = Readonly<Record<string, string | undefined>>;

/** A page about somebody's own account. */
export interface AccountPage {
  readonly path: string;
  /** The password must have been given just now (checklist 36). */
  readonly fresh?: boolean;
  readonly show: (ctx: Context, person: Person, errors: FormErrors, status: number) => Promise<void>;
  /** Takes the form, where it is this person's own. */
  readonly take: (ctx: Context, person: Person) => Promise<void> | void;
}

/**
 * Serves a page to whoever is signed in; anybody else signs in first and comes back to it. What they had typed is not
 * kept on that way. A form that was made for another person, or open for too long, is shown again and does nothing
 * (checklist 32, 35).
 */
export function accountPage(parts: WebParts, page: AccountPage): Router<State> {
  const router = new Router<State>();
  const forPerson = async (ctx: Context, answer: (person: Person) => Promise<void> | void) => {
    const person = await personOf(ctx, parts);
    if (!person) return askWho(ctx, parts, page.path);
    if (page.fresh && !isFresh(ctx, parts, person)) return toSignIn(ctx, parts, page.path, { again: true });
    return answer(person);
  };
  router.get(page.path, (ctx) => forPerson(ctx, (person) => page.show(ctx, person, {}, 200)));
  router.post(page.path, readForm, (ctx) =>
    forPerson(ctx, (person) => {
      const own = parts.csrf.verify(ctx, field(ctx, '_csrf'), person.user.id);
      return own ? page.take(ctx, person) : page.show(ctx, person, staleForm(ctx), 400);
    }),
  );
  return router;
}

/** Where a page's form goes, and the proof that it is this person's. */
export function formOf(ctx: Context, { csrf }: WebParts, path: string, { user }: Person) {
  return { action: path, csrf: csrf.token(ctx, user.id) };
}
