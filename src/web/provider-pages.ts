import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { findUser, type User } from '../accounts/index.ts';
import { type Context, preferLanguage, wordsFor } from '../http/index.ts';
import type { ProviderPages } from '../oidc/index.ts';
import { appHead, rememberApplication, rememberedApplication, rememberedLanguage, wayBack } from './application.ts';
import type { WebParts } from './parts.ts';
import { textOr } from './problem-page.ts';
import { nameOf } from './who.ts';

/** The pages that the engine itself shows: its errors, and signing out. */
export function providerPages(parts: () => WebParts): ProviderPages {
  return {
    error: (ctx, out, cause) => showError(ctx, parts(), out.error, cause),
    signOut: (ctx, form) => showSignOut(ctx, parts(), form),
    signedOut: (ctx) => showSignedOut(ctx, parts()),
  };
}

async function showSignOut(koa: KoaContextWithOIDC, parts: WebParts, form: string): Promise<void> {
  const ctx = asContext(koa);
  const { client, session, params } = koa.oidc;
  const user = await userOf(parts, session?.accountId);
  rememberApplication(ctx, client, preferLanguage(ctx, params?.['ui_locales'], user?.locale));
  return parts.show(ctx, 'sign-out', {
    ...head(client),
    form_html: form,
    account: await nameAt(parts, user, session?.accountId),
  });
}

/** The engine comes here also with those who said no: they are told that they are still signed in. */
async function showSignedOut(koa: KoaContextWithOIDC, parts: WebParts): Promise<void> {
  const ctx = asContext(koa);
  const { accountId } = await koa.oidc.provider.Session.get(koa);
  const client = koa.oidc.client ?? (await rememberedApplication(ctx, parts));
  const user = await userOf(parts, accountId);
  preferLanguage(ctx, rememberedLanguage(ctx), user?.locale);
  return parts.show(ctx, 'signed-out', { ...head(client), account: await nameAt(parts, user, accountId) });
}

async function userOf({ db }: WebParts, accountId: string | undefined): Promise<User | undefined> {
  return accountId ? findUser(db, accountId) : undefined;
}

/** A candidate is somebody, too. */
const nameAt = async (parts: WebParts, user: User | undefined, accountId: string | undefined) =>
  user?.email ?? (accountId && (await nameOf(parts, accountId)));

/** The engine has set the status. What it says is for developers; people are told what to do. */
async function showError(koa: KoaContextWithOIDC, parts: WebParts, code: string, cause: Error): Promise<void> {
  const ctx = asContext(koa);
  // Nothing is looked up for it: what went wrong may be the database.
  preferLanguage(ctx, koa.oidc?.params?.['ui_locales'], rememberedLanguage(ctx));
  if (cause instanceof errors.SessionNotFound) {
    return parts.show(ctx, 'lost', { back: wayBack(await rememberedApplication(ctx, parts)) }, ctx.status);
  }
  const words = wordsFor(ctx);
  const heading = textOr(words, `provider-pages.${code}_heading`, 'provider-pages.other_heading');
  const message = textOr(words, `provider-pages.${code}_message`, 'provider-pages.other_message');
  return parts.show(ctx, 'error', { heading, message, code: detailOf(code, cause) }, ctx.status);
}

/** The protocol's word and its reason: what the application's developers need, and nothing that is secret. */
function detailOf(code: string, cause: Error): string {
  const description = 'error_description' in cause ? cause.error_description : undefined;
  return typeof description === 'string' && description ? `${code}: ${description}` : code;
}

const head = (client: Client | undefined) => (client ? { app: appHead(client) } : {});

/** The engine hands us the very context our own middleware has seen. */
const asContext = (ctx: KoaContextWithOIDC) => ctx as unknown as Context;
