import { takeBackAccess } from '../../accounts/index.ts';
import type { PersonalGrant } from '../../artifacts/index.ts';
import { type Context, field, wordsFor } from '../../http/index.ts';
import { isFirstParty } from '../../oidc/index.ts';
import { appHead } from '../application.ts';
import type { WebParts } from '../parts.ts';
import { sightsOf } from '../scope-words.ts';
import { done, doneWords } from './done.ts';
import { type AccountPage, formOf } from './page.ts';
import type { Person } from './person.ts';

/** `/account/applications`: which applications somebody gave access, and to what; to be taken back (checklist 24). */
export function applicationsPage(parts: WebParts): AccountPage {
  const path = '/account/applications';
  return {
    path,
    async show(ctx, person, errors, status) {
      const applications = await applicationsOf(ctx, parts, person);
      const locals = { ...formOf(ctx, parts, path, person), applications, notice: doneWords(ctx), errors };
      return parts.show(ctx, 'account-applications', locals, status);
    },
    async take(ctx: Context, { user }: Person) {
      const application = field(ctx, 'application');
      const grants = await parts.accounts.personal.grants(parts.db, user.id);
      if (grants.some(({ clientId }) => clientId === application))
        await takeBackAccess(parts.accounts, user.id, application);
      return done(ctx, 'application', path);
    },
  };
}

/** One entry for each application, however often it was consented to; the operator's own were never asked about. */
async function applicationsOf(ctx: Context, parts: WebParts, { user }: Person) {
  const grants = await parts.accounts.personal.grants(parts.db, user.id);
  const byClient = Map.groupBy(grants, ({ clientId }) => clientId);
  const applications = await Promise.all(
    [...byClient].map(async ([clientId, its]) => {
      const client = await parts.provider.get().Client.find(clientId);
      if (client && isFirstParty(client)) return [];
      const { name, host } = client ? appHead(client) : { name: clientId, host: undefined };
      return [{ id: clientId, name, host, ...inWords(ctx, its) }];
    }),
  );
  return applications.flat();
}

function inWords(ctx: Context, grants: readonly PersonalGrant[]) {
  const words = wordsFor(ctx);
  const resources = grants.flatMap(({ resources }) => Object.entries(resources));
  const merged = Object.fromEntries(
    [...Map.groupBy(resources, ([name]) => name)].map(([name, all]) => [
      name,
      [...new Set(all.flatMap(([, scopes]) => scopes))],
    ]),
  );
  const sees = sightsOf(
    words,
    grants.flatMap(({ scopes }) => scopes),
    merged,
  );
  return { sees: sees.map(({ title }) => title), since: words.day(grants[0]?.givenAt ?? new Date(0)) };
}
