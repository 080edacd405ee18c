import type { Client } from 'oidc-provider';
import { ACCOUNT_CLIENT_ID } from '../config/index.ts';
import { type AppHead, type Context, webAddress } from '../http/index.ts';
import { type Locale, localeOf } from '../i18n/index.ts';
import { loginUriOf } from '../oidc/index.ts';
import type { WebParts } from './parts.ts';

/** How an application is shown at the head of a page: by what it registered. */
export function appHead(client: Client): AppHead {
  if (client.clientId === ACCOUNT_CLIENT_ID) return { name: 'Gatehouse', own: true };
  const at = client.clientUri ?? client.redirectUris?.[0];
  return {
    name: client.clientName ?? client.clientId,
    host: URL.parse(at ?? '')?.host || undefined,
    logo_uri: client.logoUri,
    client_uri: client.clientUri,
    accent: typeof client['accent'] === 'string' ? client['accent'] : undefined,
  };
}

const COOKIE = 'gatehouse_application';
const DAY = 24 * 60 * 60 * 1000;

/**
 * Notes which application the person came from, and the language they were taken there in unless it is the browser's:
 * a sign-in which is over or was lost still knows both. Without a client, the one before stays.
 */
export function rememberApplication(ctx: Context, client: Client | undefined, locale: Locale | undefined): void {
  const clientId = client?.clientId ?? remembered(ctx).clientId;
  const value = encodeURIComponent(clientId) + (locale ? `:${locale}` : '');
  ctx.cookies.set(COOKIE, value, { httpOnly: true, sameSite: 'lax', signed: true, maxAge: DAY });
}

function remembered(ctx: Context): { readonly clientId: string; readonly locale: Locale | undefined } {
  const [clientId = '', locale] = (ctx.cookies.get(COOKIE, { signed: true }) ?? '').split(':');
  return { clientId: decodeURIComponent(clientId), locale: localeOf(locale) };
}

/** The application of this browser's last sign-in. */
export async function rememberedApplication(ctx: Context, { provider }: WebParts): Promise<Client | undefined> {
  const { clientId } = remembered(ctx);
  return clientId ? provider.get().Client.find(clientId) : undefined;
}

/** The language of this browser's last sign-in, where it was not the browser's own. */
export const rememberedLanguage = (ctx: Context): Locale | undefined => remembered(ctx).locale;

/** A sign-in under way, as far as it is told to whoever knows its id, whose browser it may be in. */
export interface Underway {
  readonly client: Client;
  /** What the person is asked now. */
  readonly prompt: string;
  /** The languages that the application asked for, as it sent them. */
  readonly uiLocales: unknown;
  /** Who was signed in when it began. */
  readonly accountId: string | undefined;
}

/** The sign-in `uid`; undefined where it is over or there was none. */
export async function underway({ provider, work }: WebParts, uid: string): Promise<Underway | undefined> {
  return work.run(async () => {
    const interaction = await provider.get().Interaction.find(uid);
    if (!interaction) return undefined;
    const { params, prompt, session } = interaction;
    const client = await provider.get().Client.find(String(params['client_id']));
    const uiLocales = params['ui_locales'];
    return client && { client, prompt: prompt.name, uiLocales, accountId: session?.accountId };
  });
}

/**
 * The way back to the application, as far as it registered one.
 * @param options `anew`: where it begins to sign people in will do as well, which leads here again
 */
export function wayBack(client: Client | undefined, { anew = true } = {}): { href: string; name: string } | undefined {
  if (!client) return undefined;
  const begin = anew ? loginUriOf(client) : undefined;
  const href = webAddress(client.clientUri ?? begin ?? originOf(client.redirectUris?.[0]));
  return href ? { href, name: appHead(client).name } : undefined;
}

function originOf(redirectUri: string | undefined): string | undefined {
  const url = URL.parse(redirectUri ?? '');
  return url && ['http:', 'https:'].includes(url.protocol) ? url.origin : undefined;
}
