import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { INVITATION_ACR, type UnitOfWork } from '../artifacts/index.ts';
import type { Sitting } from '../candidates/index.ts';
import type { Context } from '../http/index.ts';
import { type Clock, epochSeconds } from '../kernel/clock.ts';
import { cookieOptions } from './cookies.ts';
import { SESSION } from './lifetimes.ts';
import type { CurrentProvider } from './provider.ts';
import { newSittingSid, sittingIn, sittingSidOf } from './sitting-sid.ts';

/** Who is signed in in a browser. */
export interface BrowserSession {
  readonly accountId: string;
  /** The engine's name for it, which opens nothing. */
  readonly uid: string;
  /** Of a candidate: the assessment session that they came for. */
  readonly sittingOf: string | undefined;
}

/** Reads the engine's session by this browser's cookie; undefined where nobody is signed in. */
export async function browserSession(ctx: Context, provider: CurrentProvider): Promise<BrowserSession | undefined> {
  const session = await provider.get().Session.get(ctx as unknown as KoaContextWithOIDC);
  if (!session.accountId) return undefined;
  return { accountId: session.accountId, uid: session.uid, sittingOf: sittingIn(sittingSidOf(session)) };
}

export interface SittingParts {
  readonly provider: CurrentProvider;
  readonly work: UnitOfWork;
  readonly clock: Clock;
}

type Session = InstanceType<Provider['Session']>;

/** A sign-in of a candidate that is stored, and no browser's yet. */
export interface OpenedSitting {
  /** Its `sid`, in every application. */
  readonly sid: string;
  readonly session: Session;
  /** Nobody gets it. */
  drop(): Promise<void>;
}

/**
 * Signs a candidate in without a page of the engine's: makes a session of its own, as a sign-in by password would, whose
 * `acr` says how they came. `amr`: a one-time secret (RFC 8176, `otp`). It is good as soon as it is handed over.
 */
export async function openSitting(
  { provider: current, work, clock }: SittingParts,
  { sessionId, candidate, secondsOpen = SESSION }: Sitting,
  clientId: string,
): Promise<OpenedSitting> {
  const provider = current.get();
  const session = new provider.Session();
  const sid = newSittingSid(sessionId);
  session.loginAccount({
    accountId: candidate.id,
    acr: INVITATION_ACR,
    amr: ['otp'],
    loginTs: epochSeconds(clock),
  });
  session.sidFor(clientId, sid);
  await work.run(() => session.save(Math.min(secondsOpen, SESSION)));
  return { sid, session, drop: () => work.run(() => session.destroy()) };
}

/** A sign-in, as it is given to a browser. */
export type SignIn = Pick<Session, 'jti' | 'uid' | 'exp' | 'accountId'>;

/** The sign-in that is found by an id; undefined where it has ended, or there is none. */
export const findSignIn = (current: CurrentProvider, id: string): Promise<SignIn | undefined> =>
  current.get().Session.find(id);

/** Gives a sign-in to the browser that is answered, in the place of what it had. */
export function handOver(ctx: Context, current: CurrentProvider, { jti, exp }: Pick<SignIn, 'jti' | 'exp'>): void {
  const provider = current.get();
  const options = { ...cookieOptions(provider.issuer), overwrite: true, expires: new Date(exp * 1000) };
  ctx.cookies.set(provider.cookieName('session'), jti, options);
}
