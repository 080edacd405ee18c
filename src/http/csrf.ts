import { createHmac } from 'node:crypto';
import { equal } from '../kernel/equal.ts';
import { randomToken } from '../kernel/ids.ts';
import type { Context } from './context.ts';
import type { CookieKeys } from './cookie-keys.ts';

/** Guards forms against being sent from elsewhere: a secret in a cookie, its proof in the form (`_csrf`). */
export interface Csrf {
  /**
   * The proof for a form on the page being answered; sets the cookie where there is none.
   * @param person whose form it is, where it is somebody's: in another's hands it proves nothing
   */
  token(ctx: Context, person?: string): string;
  /** Whether the form that was sent carries the proof of this browser's cookie, and is this person's. */
  verify(ctx: Context, proof: unknown, person?: string): boolean;
  /** What this browser alone has: its cookie's secret. Undefined where it has none yet. */
  secret(ctx: Context): string | undefined;
}

export function createCsrf(options: { readonly keys: CookieKeys; readonly https: boolean }): Csrf {
  const name = `${options.https ? '__Host-' : ''}gatehouse_csrf`;
  const proveNow = (secret: string, person?: string) => prove(options.keys.accepted()[0] ?? '', secret, person);
  const secretOf = (ctx: Context) => ctx.cookies.get(name, { signed: false });
  return {
    secret: secretOf,
    token(ctx, person) {
      const known = secretOf(ctx);
      if (known) return proveNow(known, person);
      const secret = randomToken();
      ctx.cookies.set(name, secret, { httpOnly: true, sameSite: 'lax', secure: options.https, signed: false });
      return proveNow(secret, person);
    },
    verify(ctx, proof, person) {
      const secret = secretOf(ctx);
      if (!secret || typeof proof !== 'string') return false;
      return options.keys.accepted().some((key) => equal(prove(key, secret, person), proof));
    },
  };
}

/** Only we can make it: a cookie planted from a neighbouring subdomain is no use without its proof. */
function prove(key: string, secret: string, person = ''): string {
  return createHmac('sha256', key).update(`gatehouse csrf\0${secret}\0${person}`).digest('base64url');
}
