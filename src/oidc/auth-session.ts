import { z } from 'zod';
import { open, type SealContext, SealError, seal } from '../kernel/seal.ts';

/** Seconds that somebody has to read the mail and type its code. */
const LIFETIME = 600;

const contents = z.object({
  user: z.string(),
  /** When the password was right, in seconds since the epoch. */
  since: z.number(),
  /** What was asked for, in the parameters' names. */
  request: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
});

/** A sign-in that waits for its second step: who has proved a password, and what was asked for. */
export type AuthSession = z.infer<typeof contents>;

/**
 * An `auth_session` (the draft, §5.3.1): all that is known of the sign-in, sealed, so that nothing has to be stored. It
 * opens for its client alone, and holds the challenge that the code will be bound to.
 */
export function sealSession(session: AuthSession, masterKeys: readonly Buffer[], clientId: string): string {
  return seal(JSON.stringify(session), masterKeys, contextOf(clientId)).toString('base64url');
}

/** What was sealed; undefined when it was not sealed here, not for this client, or is too old `now`. */
export function openSession(
  sealed: string,
  masterKeys: readonly Buffer[],
  clientId: string,
  now: number,
): AuthSession | undefined {
  try {
    const text = open(Buffer.from(sealed, 'base64url'), masterKeys, contextOf(clientId));
    const session = contents.parse(JSON.parse(text));
    return now < session.since + LIFETIME ? session : undefined;
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

const contextOf = (clientId: string): SealContext => ({ use: 'auth session', context: clientId });
