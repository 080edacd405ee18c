import type { Context } from '../../http/index.ts';
import { enter, type Found, lookUp, type Proof } from '../../invitations/index.ts';
import { noteCause } from '../../kernel/correlation.ts';
import { browserSession, openSitting } from '../../oidc/index.ts';
import { rememberApplication } from '../application.ts';
import { seeOther, type WebParts } from '../parts.ts';
import { applicationOf, loginUrl, showClosed, showRefused } from './closed.ts';

/**
 * Signs the candidate in in this browser, and sends them to the application. The sign-in is stored before the link is used
 * up, and handed over after: of fifty who press at once one has it, and nobody is left with a used link and no sign-in.
 */
export async function comeIn(ctx: Context, parts: WebParts, proof: Proof, found: Found): Promise<void> {
  const client = await applicationOf(parts, found.clientId);
  if (!client) return showClosed(ctx, parts, 'gone');
  noteCause({ actor: `candidate:${found.sitting.candidate.id}`, clientId: found.clientId });
  const instead = await browserSession(ctx, parts.provider);
  const opened = await openSitting(parts, found.sitting, found.clientId);
  if (!(await enter(parts.invitations, proof, { device: opened.sid, instead }))) {
    await opened.drop();
    return showLate(ctx, parts, proof);
  }
  opened.handOver(ctx);
  rememberApplication(ctx, client, undefined);
  return seeOther(ctx, loginUrl(parts, client, found));
}

/** Somebody else was faster, or the session has ended just now. */
async function showLate(ctx: Context, parts: WebParts, proof: Proof): Promise<void> {
  const found = await lookUp(parts.invitations, proof);
  return found?.refusal ? showRefused(ctx, parts, found, found.refusal) : showClosed(ctx, parts, 'unknown');
}
