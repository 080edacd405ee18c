import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { decodeJwt } from 'jose';
import { type AdapterFactory, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { PROOF_WINDOW } from './dpop.ts';

/** What a request has shown: `jti`, and whether nobody had shown it before, asked once that is decided. */
type Shown = Map<string, () => Promise<boolean>>;

const SHOWN = Symbol('shown');

/** A request, by whatever context carries it. Not by a weak map: each collection of garbage would look through that. */
type Requested = { readonly req: IncomingMessage & { [SHOWN]?: Shown } };

/**
 * Notes that a request shows what may be shown once: a client assertion (RFC 7523), a DPoP proof (RFC 9449 §11.1), each
 * by its client and `jti`. Within a unit of work that is decided with everything else the request writes, elsewhere at once.
 * @param seconds for how long it could be shown again
 * @throws ArtifactConflict when it was shown before, and there is no unit of work.
 */
export type Claim = (ctx: Requested, clientId: string, jti: string, seconds: number) => Promise<void>;

/** A proof may be a window old, or a window ahead and then a window old: for so long it is remembered. */
export const PROOF_LIFE = 2 * PROOF_WINDOW;

export function claimer(adapter: AdapterFactory): Claim {
  return async ({ req }, clientId, jti, seconds) => {
    const seen = adapter('ReplayDetection');
    req[SHOWN] ??= new Map();
    // Looked at twice, it was still shown once.
    if (req[SHOWN].has(jti)) return;
    const [id, by] = [JSON.stringify([clientId, jti]), randomUUID()];
    req[SHOWN].set(jti, async () => (await seen.find(id))?.['by'] === by);
    await seen.upsert(id, { by }, seconds);
  };
}

/**
 * The engine looks whether a `jti` was shown, then notes it. In between another request may come, so the note itself
 * decides, and to look before tells nothing more: this leaves the look out, with its read.
 */
export function claimWithoutLooking({ ReplayDetection }: Provider, claim: Claim): void {
  Object.assign(ReplayDetection, {
    async unique(clientId: string, jti: string, until: number): Promise<true> {
      const seconds = until - Math.floor(Date.now() / 1000);
      await claim(Provider.ctx as KoaContextWithOIDC, clientId, jti, Math.max(seconds, PROOF_LIFE));
      return true;
    },
  });
}

/** Which of a request's proofs was not the first of its kind; asked when something of the request was lost. */
export async function replayed(
  ctx: Requested & Partial<KoaContextWithOIDC>,
): Promise<'assertion' | 'proof' | undefined> {
  for (const [jti, isFirst] of ctx.req[SHOWN] ?? []) {
    if (!(await isFirst())) return jti === assertedJti(ctx) ? 'assertion' : 'proof';
  }
  return undefined;
}

function assertedJti({ oidc }: Partial<KoaContextWithOIDC>): string | undefined {
  const assertion = oidc?.params?.['client_assertion'];
  return typeof assertion === 'string' ? decodeJwt(assertion).jti : undefined;
}
