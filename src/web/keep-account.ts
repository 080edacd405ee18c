import { keepAccount } from '../accounts/index.ts';
import { type Context, field, wordsFor } from '../http/index.ts';
import { appHead } from './application.ts';
import type { Interaction } from './interaction.ts';
import { staleForm, type WebParts } from './parts.ts';

/** Asks somebody who signs in to an account that is to be deleted whether they have changed their mind. */
export function showKeepAccount(
  ctx: Context,
  parts: WebParts,
  { details, client, user }: Interaction,
  errors: { form?: string } = {},
): Promise<void> {
  const locals = {
    app: appHead(client),
    action: `/interaction/${details.uid}`,
    csrf: parts.csrf.token(ctx),
    email: user?.email ?? '',
    due: wordsFor(ctx).day(user?.deletionDueAt ?? parts.clock.now()),
    errors,
  };
  return parts.show(ctx, 'keep-account', locals, errors.form ? 400 : 200);
}

/** Takes the answer: the sign-in goes on with the account kept, or goes back without. */
export async function answerKeepAccount(ctx: Context, parts: WebParts, interaction: Interaction): Promise<void> {
  const { user } = interaction;
  if (!user || !parts.csrf.verify(ctx, field(ctx, '_csrf')))
    return showKeepAccount(ctx, parts, interaction, staleForm(ctx));
  switch (field(ctx, 'decision')) {
    case 'keep':
      await keepAccount(parts.accounts, user.id);
      return interaction.finish({ keep_account: {} });
    case 'leave':
      return interaction.finish({ error: 'access_denied', error_description: 'the account is to be deleted' });
    default:
      return showKeepAccount(ctx, parts, interaction);
  }
}
