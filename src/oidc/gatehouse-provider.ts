import type { Context, Middleware } from 'koa';
import { errors, Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import { CHALLENGE_GRANT, isChallenge, NO_REDIRECT } from './challenge.ts';
import type { RefreshAgain } from './refresh-again.ts';
import { askedFor } from './structured-tokens.ts';

type Handler<Params extends object> = (ctx: TokenEndpointGrantContext<Params>) => void | Promise<void>;
type Names = string | readonly string[] | ReadonlySet<string>;

/** The engine, with what it takes to serve one endpoint more, to refresh again, and to look at tokens nobody stores. */
export class GatehouseProvider extends Provider {
  /** Set once the engine is built. */
  refreshing: RefreshAgain | undefined;

  constructor(...parameters: ConstructorParameters<typeof Provider>) {
    super(...parameters);
    Object.defineProperty(this, 'OIDCContext', { value: knowingTheClient(this.OIDCContext) });
    this.use(hideOurGrant);
  }

  /** The engine registers its own grants by this, too. */
  override registerGrantType<Params extends object>(
    name: string,
    handler: Handler<Params>,
    params?: Names,
    duplicates?: Names,
  ): void {
    super.registerGrantType(name, ours(name, handler), params, duplicates);
  }
}

/** A grant's handler as it is here. */
function ours<Params extends object>(name: string, handler: Handler<Params>): Handler<Params> {
  if (name === 'authorization_code') return withoutRedirect(handler);
  return name === 'refresh_token' ? answeringAgain(handler) : handler;
}

/**
 * What becomes of a request as soon as its client is known: one to the challenge endpoint names no grant, and asks for ours;
 * a JWT that is to be introspected or revoked is asked for by a name that the engine looks up.
 */
function knowingTheClient(Base: Provider['OIDCContext']): Provider['OIDCContext'] {
  return class extends Base {
    readonly #ours: boolean;

    constructor(ctx: ConstructorParameters<typeof Base>[0]) {
      super(ctx);
      this.#ours = isChallenge(ctx);
    }

    override entity(key: string, value: unknown): void {
      super.entity(key, value);
      if (key !== 'Client' || !this.params) return;
      if (this.#ours) this.params['grant_type'] = CHALLENGE_GRANT;
      if (LOOKING_AT_TOKENS.has(this.route)) this.params['token'] = askedFor(this.params['token']);
    }
  };
}

const LOOKING_AT_TOKENS: ReadonlySet<string> = new Set(['introspection', 'revocation']);

/**
 * The same refresh gets the same answer for a moment. One for something else by the same client is refused, and nothing
 * ends: two of its tabs may ask at once. Anybody else, and later, the engine sees a token that was used.
 */
function answeringAgain<Params extends object>(handler: Handler<Params>): Handler<Params> {
  return async (ctx) => {
    const { refreshing } = ctx.oidc.provider as GatehouseProvider;
    const again = await refreshing?.answer(ctx);
    if (again === 'same') return;
    if (again === 'other') throw new errors.InvalidGrant('refresh token was used just now for something else');
    await Promise.resolve(handler(ctx)).catch(async (error: unknown) => {
      await refreshing?.refused(ctx);
      throw error;
    });
    await refreshing?.keep(ctx);
  };
}

/**
 * A code that came by no redirect is exchanged without a redirect_uri (the draft, §6). The code is looked up once: the
 * unit of work remembers it for the engine.
 */
function withoutRedirect<Params extends object>(handler: Handler<Params>): Handler<Params> {
  return async (ctx) => {
    const { provider } = ctx.oidc;
    const params = ctx.oidc.params as { redirect_uri?: unknown; code?: unknown };
    if (params.redirect_uri === undefined && typeof params.code === 'string') {
      const code = await provider.AuthorizationCode.find(params.code, { ignoreExpiration: true });
      if (code?.redirectUri === NO_REDIRECT) params.redirect_uri = NO_REDIRECT;
    }
    return handler(ctx);
  };
}

/** Discovery tells of the grants that can be asked for. */
const hideOurGrant: Middleware = async (ctx: Context, next) => {
  await next();
  const document = ctx.body as { grant_types_supported?: string[] } | undefined;
  if (ctx['oidc']?.route !== 'discovery' || !document?.grant_types_supported) return;
  const grants = document.grant_types_supported.filter((grant) => grant !== CHALLENGE_GRANT);
  ctx.body = { ...document, grant_types_supported: grants };
};
