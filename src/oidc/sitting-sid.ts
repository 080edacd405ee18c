import { randomToken } from '../kernel/ids.ts';

/**
 * The `sid` of a candidate's sign-in: the assessment session, a full stop, and what is its own. It is the same for every
 * application in that browser, so it tells devices apart; and whatever is issued in the sign-in names by it what it is
 * for. The engine's own have no full stop, and nobody but the server sets one.
 */
export const newSittingSid = (sessionId: string): string => `${sessionId}.${randomToken(OWN)}`;

/** Random bytes: 96 bits. */
const OWN = 12;

const SITTING = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.[\w-]{16}$/;

/** The assessment session that a sign-in is for; undefined for a user's. */
export const sittingIn = (sid: string | undefined): string | undefined => SITTING.exec(sid ?? '')?.[1];

/** As much of the engine's session as is looked at. */
interface SignIn {
  readonly authorizations?: Readonly<Record<string, { readonly sid?: string | undefined }>> | undefined;
}

/** A candidate's `sid`, from what the engine's session keeps of its applications; undefined for a user's session. */
export function sittingSidOf(session: SignIn | undefined): string | undefined {
  const sids = Object.values(session?.authorizations ?? {}).map(({ sid }) => sid);
  return sids.find((sid) => sittingIn(sid) !== undefined);
}
