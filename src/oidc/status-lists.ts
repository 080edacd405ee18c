import type { Context } from 'koa';
import { type Middleware, within } from '../http/index.ts';
import { type Clock, epochSeconds } from '../kernel/clock.ts';
import { LIST_BEHIND, Problem } from '../kernel/problem.ts';
import type { KeyRing } from '../keys/index.ts';
import { encodeStatusList, type KeptRevocations } from '../revocations/index.ts';
import { statusListUri } from './access-token-claims.ts';
import { compactJws } from './compact-jws.ts';
import { type Published, publishedText, sendPublished } from './published.ts';
import { ACCESS_TOKEN_ALG } from './resources.ts';

/** Seconds that a reader may go on with a list: so late a token that has ended is refused by whoever reads it. */
export const STATUS_TTL = 60;
/** Seconds that a list holds, for readers who cannot ask again. */
const LIFE = 3600;
const PATH = '/oauth2/status-lists/';
const LIST = /^(0|[1-9]\d{0,9})$/;

export interface StatusListParts {
  readonly issuer: string;
  readonly clock: Clock;
  readonly keyRing: () => KeyRing;
  readonly revocations: Pick<KeptRevocations, 'statusIndexes' | 'version' | 'isFresh' | 'reload'>;
  /** Whether any token can have a place in the list. */
  readonly exists: (list: number) => Promise<boolean>;
}

/** What was signed: the same until the list says something else, the key is another, or half of its life is over. */
interface Signed {
  readonly lst: string;
  /** Of the revocations that it was last compared with. */
  version: number;
  readonly ring: KeyRing;
  readonly madeAt: number;
  readonly published: Published;
}

/** `/oauth2/status-lists/:list`: a Status List Token (draft-ietf-oauth-status-list §5.1), from memory, for anybody. */
export function statusLists(parts: StatusListParts): Middleware {
  const made = new Map<number, Signed>();
  return within(PATH, async (ctx, next) => {
    const list = Number(LIST.exec(ctx.path.slice(PATH.length))?.[0] ?? Number.NaN);
    if (Number.isNaN(list) || !['GET', 'HEAD'].includes(ctx.method) || !(await parts.exists(list))) return next();
    if (!(await isUpToDate(parts.revocations))) throw new Problem(LIST_BEHIND);
    const { published } = await currentList(parts, list, made);
    sendPublished(ctx as unknown as Context, published, `public, max-age=${STATUS_TTL}`);
  });
}

/** Its readers take a list for the truth of the moment, one that was signed before no less than a new one. */
async function isUpToDate(revocations: StatusListParts['revocations']): Promise<boolean> {
  if (!revocations.isFresh()) await revocations.reload().catch(() => undefined);
  return revocations.isFresh();
}

async function currentList(parts: StatusListParts, list: number, made: Map<number, Signed>): Promise<Signed> {
  const { revocations, keyRing, clock } = parts;
  const version = revocations.version();
  const known = made.get(list);
  const holds = known && known.ring === keyRing() && epochSeconds(clock) < known.madeAt + LIFE / 2;
  if (holds && known.version === version) return known;
  const lst = encodeStatusList(list, revocations.statusIndexes());
  const current = holds && known.lst === lst ? known : await sign(parts, list, lst);
  current.version = version;
  made.set(list, current);
  return current;
}

async function sign({ issuer, clock, keyRing }: StatusListParts, list: number, lst: string): Promise<Signed> {
  const [ring, madeAt] = [keyRing(), epochSeconds(clock)];
  const key = ring.keys.find(({ alg, state }) => alg === ACCESS_TOKEN_ALG && state === 'active');
  if (!key) throw new TypeError(`there is no key for ${ACCESS_TOKEN_ALG}`);
  const claims = { iss: issuer, sub: statusListUri(issuer, list), iat: madeAt, exp: madeAt + LIFE, ttl: STATUS_TTL };
  const token = await compactJws('statuslist+jwt', { ...claims, status_list: { bits: 1, lst } }, key);
  return { lst, version: -1, ring, madeAt, published: publishedText(token, 'application/statuslist+jwt') };
}
