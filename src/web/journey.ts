import type { Client } from 'oidc-provider';
import { findUser, type Journey } from '../accounts/index.ts';
import { type AppHead, type Context, languageOf, preferLanguage } from '../http/index.ts';
import { localeOfAny } from '../i18n/index.ts';
import { appHead, rememberedApplication, rememberedLanguage, underway, wayBack } from './application.ts';
import type { Interaction } from './interaction.ts';
import type { WebParts } from './parts.ts';

/** The sign-in that a page beside it was reached from: register, verify, reset lead back to it. */
export interface PageJourney extends Journey {
  readonly client?: Client;
  /** The application asked for a new account: the way to sign in with another has to be asked for. */
  readonly creating?: boolean;
}

/** Reads `?interaction=`, and goes on in its language; without an application where it is over or there was none. */
export async function journeyOf(ctx: Context, parts: WebParts): Promise<PageJourney> {
  const { interaction } = ctx.query;
  const known = typeof interaction === 'string' && /^[A-Za-z0-9_-]{21,64}$/.test(interaction);
  const sought = known ? await underway(parts, interaction) : undefined;
  const user = sought?.accountId ? await findUser(parts.db, sought.accountId) : undefined;
  preferLanguage(ctx, sought?.uiLocales, user?.locale ?? rememberedLanguage(ctx));
  const locale = languageOf(ctx);
  if (!known || !sought) return { locale };
  const { client, prompt } = sought;
  const languages = { locale, uiLocale: localeOfAny(sought.uiLocales) };
  return { interaction, client, app: appHead(client).name, creating: prompt === 'create', ...languages };
}

/** The same for the sign-in itself. */
export function journeyIn(ctx: Context, { details, client }: Interaction): PageJourney {
  const { params, uid } = details;
  const languages = { locale: languageOf(ctx), uiLocale: localeOfAny(params['ui_locales']) };
  return { interaction: uid, client, app: appHead(client).name, ...languages };
}

/** The application at the head of the page. */
export const headOf = ({ client }: PageJourney): { app?: AppHead } => (client ? { app: appHead(client) } : {});

/** A page's address, with the sign-in it keeps. */
export function withJourney(path: string, { interaction }: Journey): string {
  return interaction ? `${path}?interaction=${interaction}` : path;
}

/** The sign-in page it leads back to. */
export const signInUrl = ({ interaction, creating }: PageJourney): string | undefined =>
  interaction && `/interaction/${interaction}${creating ? `?${SIGN_IN}` : ''}`;

/** Says to a sign-in that was to begin with a new account that the person has one. */
export const SIGN_IN = 'sign_in';

/** The application this browser came from last, for somebody whose sign-in is over. */
export async function backFrom(ctx: Context, parts: WebParts, { client }: PageJourney) {
  return wayBack(client ?? (await rememberedApplication(ctx, parts)));
}
