import { type Found, type Proof, signInIds } from '../../invitations/index.ts';
import { findSignIn, type SignIn } from '../../oidc/index.ts';
import type { WebParts } from '../parts.ts';

/** The sign-in that came of it in this very browser just now, whose answer may have gone astray; undefined once it has ended. */
export async function missedSignIn(
  { invitations, provider }: WebParts,
  proof: Proof,
  { sitting, refusal, lately }: Found,
): Promise<SignIn | undefined> {
  if (refusal !== 'used' || !lately) return undefined;
  const found = await Promise.all(signInIds(invitations, proof).map((id) => findSignIn(provider, id)));
  return found.find((signIn) => signIn?.accountId === sitting.candidate.id);
}
