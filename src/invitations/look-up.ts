import { findSitting, type Sitting } from '../candidates/index.ts';
import { sha256 } from '../kernel/ids.ts';
import { findCode } from './code-store.ts';
import type { InvitationParts } from './parts.ts';
import { digestsOf } from './resume-code.ts';
import { findInvitation, type InvitationRow } from './store.ts';
import type { Found, Proof, Refusal } from './types.ts';

/** What is known of a link or a code; it stays as it is. Undefined: nobody knows it. */
export async function lookUp(parts: InvitationParts, proof: Proof): Promise<Found | undefined> {
  const { db, time } = parts;
  const row = await find(parts, proof);
  const sitting = row && (await findSitting(db, time, row.session_id));
  return sitting && { sitting, clientId: row.client_id, refusal: refusalOf(sitting, row), lately: row.lately };
}

async function find({ db, time, masterKeys }: InvitationParts, proof: Proof): Promise<InvitationRow | undefined> {
  if ('token' in proof) return findInvitation(db, time, sha256(proof.token));
  const row = await findCode(db, time, digestsOf(proof.code, masterKeys));
  return row && { ...row, expired: false, lately: row.used };
}

/** The first that matters to whoever holds it. */
function refusalOf({ closed }: Sitting, { used, expired }: InvitationRow): Refusal | undefined {
  if (closed) return closed === 'inactive' ? 'withdrawn' : 'over';
  if (used) return 'used';
  return expired ? 'expired' : undefined;
}
