import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { UnitOfWork } from '../artifacts/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { sha256 } from '../kernel/ids.ts';
import type { Logger } from '../telemetry/index.ts';
import { noteReuse } from './reuse.ts';

/** Seconds in which the same refresh gets the same answer: one whose answer was lost is no theft. */
const WINDOW = 10;
const NONCE = 12;
const TAG = 16;

export interface RefreshParts {
  readonly work: UnitOfWork;
  readonly clock: Clock;
  readonly logger: Logger;
  /** By what key the request proves who it comes from (RFC 9449, RFC 8705), checked; undefined where it shows none. */
  readonly proofOf: (ctx: KoaContextWithOIDC) => Promise<string | undefined>;
}

/** A refresh whose token its own client has used just now: the same once more, or one for something else. */
type Again = 'same' | 'other';

/** Refreshes that come again (design decision 9). */
export interface RefreshAgain {
  /** Sets the answer that the same refresh got just now. @returns undefined where its client, with its proof, got none. */
  answer(ctx: KoaContextWithOIDC): Promise<Again | undefined>;
  /** Keeps the answer that was set, sealed, for as long as it may be asked for again. */
  keep(ctx: KoaContextWithOIDC): Promise<void>;
  /** To be told of a refresh that was refused: its token may have been used before. */
  refused(ctx: KoaContextWithOIDC): Promise<void>;
}

/**
 * The answer is kept in the statement that uses the token up, so that a crash leaves both or none. It is sealed by the used
 * token itself, the client and its proof: nobody opens it who could not have refreshed, and not with all that is stored.
 * What was asked for is sealed with it: whoever opens it and asks for something else is no thief, but has one token too few.
 */
export function refreshAgain({ work, clock, logger, proofOf }: RefreshParts): RefreshAgain {
  const sealingKey = async (ctx: KoaContextWithOIDC, token: string) => {
    const by = [ctx.oidc.client?.clientId, await proofOf(ctx)];
    return Buffer.from(hkdfSync('sha256', token, '', `gatehouse refresh v2 ${JSON.stringify(by)}`, 32));
  };
  return {
    async answer(ctx) {
      const token = tokenOf(ctx);
      const used = token && (await work.find('RefreshToken', 'id', sha256(token)))?.consumedAt;
      if (!used || clock.now().getTime() >= used.getTime() + WINDOW * 1000) return undefined;
      const kept = await work.find('RefreshAnswer', 'id', answerId(token));
      const opened = kept && open(String(kept.payload['sealed']), await sealingKey(ctx, token));
      if (!opened) return undefined;
      const { asked, body } = JSON.parse(opened);
      if (asked !== askedIn(ctx)) return 'other';
      ctx.body = body;
      return 'same';
    },
    refused: (ctx) => noteReuse(ctx, { work, logger }),
    async keep(ctx) {
      const token = tokenOf(ctx);
      // A token that is not rotated is still good.
      if (!token || !ctx.oidc.entities['RotatedRefreshToken']) return;
      const sealed = seal(JSON.stringify({ asked: askedIn(ctx), body: ctx.body }), await sealingKey(ctx, token));
      const accountId = ctx.oidc.account?.accountId;
      const expiresAt = new Date(clock.now().getTime() + WINDOW * 1000);
      const none = { clientId: undefined, grantId: undefined, uid: undefined, userCode: undefined };
      const artifact = {
        model: 'RefreshAnswer',
        id: answerId(token),
        payload: { sealed },
        accountId,
        expiresAt,
      } as const;
      await work.write({ kind: 'put', artifact: { ...none, ...artifact } });
    },
  };
}

/** For a request that lost the race to use the token: the winner's answer is there by now, and its own as well. */
export const isRefresh = (ctx: Context): boolean => ctx['oidc']?.params?.['grant_type'] === 'refresh_token';

function tokenOf({ oidc }: KoaContextWithOIDC): string | undefined {
  const token = oidc.params?.['refresh_token'];
  return typeof token === 'string' && token !== '' ? token : undefined;
}

const askedIn = ({ oidc: { params = {} } }: KoaContextWithOIDC) =>
  JSON.stringify([params['scope'], params['resource']]);

const answerId = (token: string): Buffer => sha256(`answer to ${token}`);

function seal(text: string, key: Buffer): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64url');
}

/** Undefined for whoever is not the one that it was sealed for. */
function open(sealed: string, key: Buffer): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
