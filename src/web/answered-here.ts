import { type Context, type Middleware, preferLanguage, within } from '../http/index.ts';
import { randomToken, sha256 } from '../kernel/ids.ts';
import { rememberedApplication, rememberedLanguage, wayBack } from './application.ts';
import type { WebParts } from './parts.ts';

const COOKIE = 'gatehouse_answer';

/**
 * Notes in this browser that the sign-in was answered here.
 *
 * The cookies of a sign-in are bound to its path, so a neighbouring subdomain could plant its own sign-in's into
 * somebody else's browser, have them answer it, and go on with it at home, signed in as them (checklist 31). What this
 * cookie holds was made here a moment ago: nobody else has it.
 * @returns what the answer keeps of it, which opens nothing.
 */
export function noteAnswer(ctx: Context, returnTo: string): string {
  const proof = randomToken();
  const path = new URL(returnTo).pathname;
  ctx.cookies.set(COOKIE, proof, { path, httpOnly: true, sameSite: 'lax', signed: false, overwrite: true });
  return digestOf(proof);
}

/** Lets a sign-in go on in the browser alone that answered it. */
export function answeredHere(parts: WebParts): Middleware {
  const goOn = async (ctx: Context, next: () => Promise<unknown>) => {
    if (!(await isForeign(ctx, parts))) return next();
    preferLanguage(ctx, undefined, rememberedLanguage(ctx));
    return parts.show(ctx, 'lost', { back: wayBack(await rememberedApplication(ctx, parts)) }, 400);
  };
  return within('/oauth2/authorize/', goOn);
}

/** By the cookie that the engine goes by: the address says nothing to it. */
async function isForeign(ctx: Context, { provider }: WebParts): Promise<boolean> {
  const engine = provider.get();
  const uid = ctx.cookies.get(engine.cookieName('resume'), { signed: true });
  const result = uid ? (await engine.Interaction.find(uid))?.result : undefined;
  return result !== undefined && result['answer'] !== digestOf(ctx.cookies.get(COOKIE, { signed: false }) ?? '');
}

const digestOf = (proof: string): string => sha256(proof).toString('base64url');
