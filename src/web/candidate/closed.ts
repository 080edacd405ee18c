import type { Client } from 'oidc-provider';
import { type Context, wordsFor } from '../../http/index.ts';
import type { Found, Refusal } from '../../invitations/index.ts';
import { browserSession, loginUriOf } from '../../oidc/index.ts';
import { appHead, wayBack } from '../application.ts';
import type { WebParts } from '../parts.ts';

/** Why nobody comes in by it: nobody knows it, or the application that it leads to is gone. */
type Closed = Refusal | 'unknown' | 'gone';

/** Another way in may be open. */
const WITH_CODE: ReadonlySet<Closed> = new Set(['used', 'expired', 'unknown']);

/** Says why, and what to do next. */
export function showClosed(ctx: Context, parts: WebParts, what: Closed, client?: Client): Promise<void> {
  const { t } = wordsFor(ctx);
  const words = { heading: t(`candidate-closed.${what}_title`), message: t(`candidate-closed.${what}`) };
  const head = client ? { app: appHead(client), back: wayBack(client, { anew: false }) } : {};
  return parts.show(ctx, 'candidate-closed', { ...head, ...words, with_code: WITH_CODE.has(what) }, 400);
}

/** The same for a link, by what is known of it. In the browser that it has brought in, it leads on. */
export async function showRefused(ctx: Context, parts: WebParts, found: Found | undefined): Promise<void> {
  if (!found?.refusal) return showClosed(ctx, parts, 'unknown');
  const { clientId, sitting, refusal } = found;
  const client = await applicationOf(parts, clientId);
  const here = refusal === 'used' && client && (await browserSession(ctx, parts.provider));
  if (!here || here.sittingOf !== sitting.sessionId) return showClosed(ctx, parts, refusal, client);
  return parts.show(ctx, 'candidate-here', { app: appHead(client), next: loginUrl(parts, client, found) });
}

/** The application that somebody is invited to; undefined where it is gone, or has no way in any more. */
export async function applicationOf({ provider }: WebParts, clientId: string): Promise<Client | undefined> {
  const client = await provider.get().Client.find(clientId);
  return client && loginUriOf(client) ? client : undefined;
}

/** Where the application begins to sign somebody in (OIDC Core 4): it asks here for who it is, as always. */
export function loginUrl({ accounts }: WebParts, client: Client, { sitting }: Found): string {
  const url = new URL(loginUriOf(client) ?? '');
  url.searchParams.set('iss', accounts.issuer);
  url.searchParams.set('login_hint', sitting.candidate.id);
  return url.href;
}
