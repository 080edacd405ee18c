import type { Client } from 'oidc-provider';
import type { Journey } from '../accounts/index.ts';
import type { AppHead, Context } from '../http/index.ts';
import { appHead, applicationOf, rememberedApplication, wayBack } from './application.ts';
import type { WebParts } from './parts.ts';

/** The sign-in that a page beside it was reached from: register, verify, reset lead back to it. */
export interface PageJourney extends Journey {
  readonly client?: Client;
}

/** Reads `?interaction=`; nothing where that sign-in is over or there was none. */
export async function journeyOf(ctx: Context, parts: WebParts): Promise<PageJourney> {
  const { interaction } = ctx.query;
  if (typeof interaction !== 'string' || !/^[A-Za-z0-9_-]{21,64}$/.test(interaction)) return {};
  const client = await applicationOf(parts, interaction);
  return client ? { interaction, client, app: appHead(client).name } : {};
}

/** The application at the head of the page. */
export const headOf = ({ client }: PageJourney): { app?: AppHead } => (client ? { app: appHead(client) } : {});

/** A page's address, with the sign-in it keeps. */
export function withJourney(path: string, { interaction }: Journey): string {
  return interaction ? `${path}?interaction=${interaction}` : path;
}

/** The sign-in page it leads back to. */
export const signInUrl = ({ interaction }: Journey): string | undefined => interaction && `/interaction/${interaction}`;

/** The application this browser came from last, for somebody whose sign-in is over. */
export async function backFrom(ctx: Context, parts: WebParts, { client }: PageJourney) {
  return wayBack(client ?? (await rememberedApplication(ctx, parts)));
}
