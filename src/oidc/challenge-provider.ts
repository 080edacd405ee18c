import type { Context, Middleware } from 'koa';
import { Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import { CHALLENGE_GRANT, isChallenge, NO_REDIRECT } from './challenge.ts';

type Handler<Params extends object> = (ctx: TokenEndpointGrantContext<Params>) => void | Promise<void>;
type Names = string | readonly string[] | ReadonlySet<string>;

/** The engine, with what it takes to serve one endpoint more. */
export class ChallengeProvider extends Provider {
  constructor(...parameters: ConstructorParameters<typeof Provider>) {
    super(...parameters);
    Object.defineProperty(this, 'OIDCContext', { value: askingForOurGrant(this.OIDCContext) });
    this.use(hideOurGrant);
  }

  /** The engine registers its own grants by this, too. */
  override registerGrantType<Params extends object>(
    name: string,
    handler: Handler<Params>,
    params?: Names,
    duplicates?: Names,
  ): void {
    const own = name === 'authorization_code' ? withoutRedirect(handler) : handler;
    super.registerGrantType(name, own, params, duplicates);
  }
}

/** A request to the endpoint names no grant; as soon as its client is known, it asks for ours. */
function askingForOurGrant(Base: Provider['OIDCContext']): Provider['OIDCContext'] {
  return class extends Base {
    readonly #ours: boolean;

    constructor(ctx: ConstructorParameters<typeof Base>[0]) {
      super(ctx);
      this.#ours = isChallenge(ctx);
    }

    override entity(key: string, value: unknown): void {
      super.entity(key, value);
      if (key === 'Client' && this.#ours && this.params) this.params['grant_type'] = CHALLENGE_GRANT;
    }
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
