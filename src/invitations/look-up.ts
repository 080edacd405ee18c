import { findSitting, type Sitting } from '../candidates/index.ts';
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
  return sitting && { sitting, clientId: row.client_id, ...whether(sitting, row) };
}

async function find({ db, time, masterKeys }: InvitationParts, proof: Proof): Promise<InvitationRow | undefined> {
  if ('token' in proof) return findInvitation(db, time, proof);
  const row = await findCode(db, time, digestsOf(proof.code, masterKeys));
  return row && { ...row, used: false, expired: false, missed: null };
}

function whether(sitting: Sitting, row: InvitationRow): Pick<Found, 'refusal' | 'missed'> {
  const refusal = refusalOf(sitting, row);
  return { refusal, missed: refusal === 'used' ? (row.missed ?? undefined) : undefined };
}

/** The first that matters to whoever holds it. */
function refusalOf({ closed }: Sitting, { used, expired }: InvitationRow): Refusal | undefined {
  if (closed) return closed === 'inactive' ? 'withdrawn' : 'over';
  if (used) return 'used';
  return expired ? 'expired' : undefined;
}
