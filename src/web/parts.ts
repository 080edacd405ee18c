import type { Knex } from 'knex';
import type { AccountParts } from '../accounts/index.ts';
import type { UnitOfWork } from '../artifacts/index.ts';
import { type Context, type Csrf, type Show, wordsFor } from '../http/index.ts';
import type { InvitationParts } from '../invitations/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { CurrentProvider } from '../oidc/index.ts';

/** What the hosted pages are made of. */
export interface WebParts {
  readonly db: Knex;
  readonly clock: Clock;
  readonly provider: CurrentProvider;
  readonly work: UnitOfWork;
  readonly csrf: Csrf;
  readonly show: Show;
  readonly accounts: AccountParts;
  /** How candidates come in. */
  readonly invitations: InvitationParts;
  readonly requireVerifiedEmail: boolean;
}

/** A 303: whatever the form was sent with, the next request is a GET without it (never 307: checklist 16). */
export function seeOther(ctx: Context, location: string): void {
  ctx.status = 303;
  ctx.set('Location', location);
}

/** Said when a form's proof does not fit: its page was open for long, or cookies are off. */
export const staleForm = (ctx: Context): { form: string } => ({ form: wordsFor(ctx).t('common.stale_form') });
