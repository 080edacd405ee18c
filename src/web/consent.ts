import { type Context, field } from '../http/index.ts';
import { isFirstParty } from '../oidc/index.ts';
import { appHead } from './application.ts';
import type { Interaction } from './interaction.ts';
import type { WebParts } from './parts.ts';

/** What was asked for and is not granted yet, as the engine found it. */
interface Missing {
  readonly missingOIDCScope?: readonly string[];
  readonly missingOIDCClaims?: readonly string[];
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
}

/** The consent page; an application of the operator's own is never asked about. */
export async function showConsent(ctx: Context, parts: WebParts, interaction: Interaction): Promise<void> {
  if (isFirstParty(interaction.client)) return allow(parts, interaction);
  return parts.show(ctx, 'consent', {
    app: appHead(interaction.client),
    action: `/interaction/${interaction.details.uid}`,
    csrf: parts.csrf.token(ctx),
    account: interaction.user?.email ?? '',
    sees: sees(interaction),
    cannot: ['see your password', 'change your account'],
  });
}

/** Takes the answer. A form whose proof does not fit is asked again: nothing is granted by accident. */
export async function answerConsent(ctx: Context, parts: WebParts, interaction: Interaction): Promise<void> {
  if (!parts.csrf.verify(ctx, field(ctx, '_csrf'))) return showConsent(ctx, parts, interaction);
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

/** What each scope shows the application, in words, with what for. */
const WORDS: Readonly<Record<string, { title: string; reason: string }>> = {
  openid: { title: 'That it’s you', reason: 'to recognise you when you come back' },
  profile: { title: 'Your name and language', reason: 'to address you properly' },
  email: { title: 'Your e-mail address', reason: 'to write to you' },
  offline_access: { title: 'Access while you’re away', reason: 'to keep working without asking you to sign in' },
};

function sees({ details }: Interaction): { title: string; reason: string }[] {
  const asked = String(details.params['scope'] ?? '').split(' ');
  const identity = asked.flatMap((scope) => WORDS[scope] ?? []);
  const missing = (details.prompt.details as Missing).missingResourceScopes ?? {};
  const apis = Object.entries(missing).map(([resource, scopes]) => ({
    title: `Your data at ${placeOf(resource)}`,
    reason: `to use it for you (${scopes.join(', ')})`,
  }));
  return [...identity, ...apis];
}

function placeOf(resource: string): string {
  const url = URL.parse(resource);
  return url?.host ? url.host + url.pathname.replace(/\/$/, '') : resource;
}
