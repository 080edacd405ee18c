import { type Context, field, wordsFor } from '../http/index.ts';
import type { Words } from '../i18n/index.ts';
import { isFirstParty } from '../oidc/index.ts';
import { appHead } from './application.ts';
import type { Interaction } from './interaction.ts';
import { staleForm, type WebParts } from './parts.ts';
import { type Sight, sightsOf } from './scope-words.ts';

/** What was asked for and is not granted yet, as the engine found it. */
interface Missing {
  readonly missingOIDCScope?: readonly string[];
  readonly missingOIDCClaims?: readonly string[];
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
}

/** The consent page; an application of the operator's own is never asked about. */
export async function showConsent(
  ctx: Context,
  parts: WebParts,
  interaction: Interaction,
  errors: { form?: string } = {},
): Promise<void> {
  if (isFirstParty(interaction.client)) return allow(parts, interaction);
  const words = wordsFor(ctx);
  const locals = {
    app: appHead(interaction.client),
    action: `/interaction/${interaction.details.uid}`,
    csrf: parts.csrf.token(ctx),
    account: interaction.name ?? '',
    sees: sees(words, interaction),
    cannot: [words.t('consent.see_password'), words.t('consent.change_account')],
    account_url: '/account/applications',
    errors,
  };
  return parts.show(ctx, 'consent', locals, errors.form ? 400 : 200);
}

/** Takes the answer. A form whose proof does not fit is asked again: nothing is granted by accident. */
export async function answerConsent(ctx: Context, parts: WebParts, interaction: Interaction): Promise<void> {
  if (!parts.csrf.verify(ctx, field(ctx, '_csrf'))) return showConsent(ctx, parts, interaction, staleForm(ctx));
  switch (field(ctx, 'decision')) {
    case 'allow':
      return allow(parts, interaction);
    case 'deny':
      return interaction.finish({ error: 'access_denied', error_description: 'the request was denied' });
    default:
      return showConsent(ctx, parts, interaction);
  }
}

async function allow(parts: WebParts, interaction: Interaction): Promise<void> {
  const { Grant } = parts.provider.get();
  const { details, client } = interaction;
  const earlier = details.grantId ? await Grant.find(details.grantId) : undefined;
  const grant = earlier ?? new Grant({ accountId: accountOf(interaction), clientId: client.clientId });
  const missing = details.prompt.details as Missing;
  if (missing.missingOIDCScope) grant.addOIDCScope(missing.missingOIDCScope.join(' '));
  if (missing.missingOIDCClaims) grant.addOIDCClaims([...missing.missingOIDCClaims]);
  for (const [resource, scopes] of Object.entries(missing.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  return interaction.finish({ consent: { grantId: await grant.save() } });
}

function accountOf({ details }: Interaction): string {
  const accountId = details.session?.accountId;
  if (!accountId) throw new TypeError('consent was asked of nobody');
  return accountId;
}

/** All that was asked for of the person, and what of APIs is new. */
function sees(words: Words, { details }: Interaction): Sight[] {
  const asked = String(details.params['scope'] ?? '').split(' ');
  return sightsOf(words, asked, (details.prompt.details as Missing).missingResourceScopes ?? {});
}
