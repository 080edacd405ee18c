import { changeName } from '../../accounts/index.ts';
import { type Context, field, optionalField, wordsFor } from '../../http/index.ts';
import type { WebParts } from '../parts.ts';
import { problemWords } from '../problem-words.ts';
import { done } from './done.ts';
import { type AccountPage, formOf } from './page.ts';
import type { Person } from './person.ts';

/** `/account/name`: what somebody wants to be called. */
export function namePage(parts: WebParts): AccountPage {
  const path = '/account/name';
  const show: AccountPage['show'] = (ctx, person, errors, status) => {
    const name = ctx.method === 'POST' ? field(ctx, 'name') : (person.user.name ?? '');
    return parts.show(ctx, 'account-name', { ...formOf(ctx, parts, path, person), name, errors }, status);
  };
  const take = async (ctx: Context, person: Person) => {
    const problem = await changeName(parts.accounts, person.user.id, optionalField(ctx, 'name'));
    return problem ? show(ctx, person, { name: problemWords(wordsFor(ctx), problem) }, 422) : done(ctx, 'name');
  };
  return { path, show, take };
}
