import type { Context, Middleware } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { asShown } from './structured-tokens.ts';

/** Who was asked whether a token is good. */
export type Verifier = 'introspection' | 'userinfo';

/** Hears of every token that the engine was shown to be looked at, whatever came of it. */
export function hearVerifications(heard: (token: string, by: Verifier) => void): Middleware {
  return async (ctx: Context, next) => {
    await next();
    const { oidc } = ctx as unknown as Partial<KoaContextWithOIDC>;
    const by = oidc?.route;
    if (by !== 'introspection' && by !== 'userinfo') return;
    const token =
      by === 'introspection' ? asShown(oidc?.params?.['token']) : bearerOf(oidc as KoaContextWithOIDC['oidc']);
    if (typeof token === 'string') heard(token, by);
  };
}

/** As the engine has read it, wherever it was. */
function bearerOf(oidc: KoaContextWithOIDC['oidc']): string | undefined {
  try {
    return oidc.getAccessToken({ acceptDPoP: true });
  } catch {
    return undefined;
  }
}
