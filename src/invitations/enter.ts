import type { Knex } from 'knex';
import { findSitting, takeDevice } from '../candidates/index.ts';
import { append, type NewEvent } from '../events/index.ts';
import { sha256 } from '../kernel/ids.ts';
import { useCode } from './code-store.ts';
import type { InvitationParts } from './parts.ts';
import { digestsOf } from './resume-code.ts';
import { useInvitation } from './store.ts';
import type { Proof } from './types.ts';

export interface Entrance {
  /** The `sid` of the sign-in that comes in by it. */
  readonly device: string;
  /** The engine's `uid` of it, and what it is to be found by from then on. */
  readonly signIn: { readonly uid: string; readonly id: string };
  /** Who was signed in in that browser, and the engine's `uid` of it: that ends. */
  readonly instead?: { readonly accountId: string; readonly uid: string } | undefined;
}

/**
 * Uses a link or a code up, tells who has come in by it, gives its session to the device that came with it, and ends what
 * the browser was signed in with before: all of it, or none.
 * @returns false where it lets nobody in any more: somebody else was faster, or the session has ended; nothing was done then
 */
export async function enter(parts: InvitationParts, proof: Proof, entrance: Entrance): Promise<boolean> {
  try {
    await parts.db.transaction((transaction) => comeIn(transaction, parts, proof, entrance));
    return true;
  } catch (error) {
    if (error instanceof Closed) return false;
    throw error;
  }
}

/** Takes back what the transaction has done so far. */
class Closed extends Error {}

async function comeIn(
  transaction: Knex.Transaction,
  parts: InvitationParts,
  proof: Proof,
  { device, signIn, instead }: Entrance,
): Promise<void> {
  const { time, mail, endSessions, renameSession } = parts;
  const sessionId = await use(transaction, parts, proof);
  if (!sessionId || !(await takeDevice(transaction, time, sessionId, device))) throw new Closed();
  const sitting = await findSitting(transaction, time, sessionId);
  if (!sitting || sitting.closed) throw new Closed();
  if (!(await renameSession(transaction, sitting.candidate.id, signIn.uid, signIn.id))) throw new Closed();
  if (instead) await endSessions(transaction, instead.accountId, { only: instead.uid });
  await append(transaction, mail.clock.now(), tellCameIn(sitting.candidate.id, proof));
}

const use = (transaction: Knex.Transaction, { time, masterKeys }: InvitationParts, proof: Proof) =>
  'token' in proof
    ? useInvitation(transaction, time, sha256(proof.token))
    : useCode(transaction, time, digestsOf(proof.code, masterKeys));

const tellCameIn = (candidateId: string, proof: Proof): NewEvent => ({
  type: 'identity.login.succeeded.v1',
  subject: candidateId,
  actor: `candidate:${candidateId}`,
  data: { user_id: candidateId, method: 'token' in proof ? 'invitation' : 'resume_code' },
});
