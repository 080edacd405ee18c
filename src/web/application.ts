import type { Client } from 'oidc-provider';
import { type AppHead, type Context, webAddress } from '../http/index.ts';
import type { WebParts } from './parts.ts';

/** How an application is shown at the head of a page: by what it registered. */
export function appHead(client: Client): AppHead {
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

/** Notes which application the person came from, so that a sign-in which was lost still knows the way back. */
export function rememberApplication(ctx: Context, clientId: string): void {
  ctx.cookies.set(COOKIE, encodeURIComponent(clientId), { httpOnly: true, sameSite: 'lax', signed: true, maxAge: DAY });
}

/** The application of this browser's last sign-in. */
export async function rememberedApplication(ctx: Context, { provider }: WebParts): Promise<Client | undefined> {
  const clientId = ctx.cookies.get(COOKIE, { signed: true });
  return clientId ? provider.get().Client.find(decodeURIComponent(clientId)) : undefined;
}

/** A sign-in under way, as far as it is told to whoever knows its id, whose browser it may be in. */
export interface Underway {
  readonly client: Client;
  /** What the person is asked now. */
  readonly prompt: string;
}

/** The sign-in `uid`; undefined where it is over or there was none. */
export async function underway({ provider, work }: WebParts, uid: string): Promise<Underway | undefined> {
  return work.run(async () => {
    const interaction = await provider.get().Interaction.find(uid);
    const client = interaction && (await provider.get().Client.find(String(interaction.params['client_id'])));
    return client && { client, prompt: interaction.prompt.name };
  });
}

/** The way back to the application, as far as it registered one. */
export function wayBack(client: Client | undefined): { href: string; name: string } | undefined {
  if (!client) return undefined;
  const href = webAddress(client.clientUri ?? client.initiateLoginUri ?? originOf(client.redirectUris?.[0]));
  return href ? { href, name: appHead(client).name } : undefined;
}

function originOf(redirectUri: string | undefined): string | undefined {
  const url = URL.parse(redirectUri ?? '');
  return url && ['http:', 'https:'].includes(url.protocol) ? url.origin : undefined;
}
