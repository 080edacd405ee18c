import { INVITATION_ACR } from '../../artifacts/index.ts';
import { findSitting } from '../../candidates/index.ts';
import type { Context } from '../../http/index.ts';
import { browserSession, maySeeAssessments } from '../../oidc/index.ts';
import type { Interaction } from '../interaction.ts';
import type { WebParts } from '../parts.ts';
import { showClosed } from './closed.ts';

/**
 * Tells a candidate whose session has ended that it has, where they would be asked for a password that they don't have.
 * @returns whether that was so
 */
export async function showOver(ctx: Context, parts: WebParts, { details, client }: Interaction): Promise<boolean> {
  if (details.session?.acr !== INVITATION_ACR || !maySeeAssessments(client)) return false;
  const here = await browserSession(ctx, parts.provider);
  const { db, time } = parts.invitations;
  const sitting = here?.sittingOf ? await findSitting(db, time, here.sittingOf) : undefined;
  if (!sitting?.closed) return false;
  await showClosed(ctx, parts, sitting.closed === 'over' ? 'over' : 'withdrawn', client);
  return true;
}
