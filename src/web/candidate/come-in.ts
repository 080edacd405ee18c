import type { Client } from 'oidc-provider';
import type { Context } from '../../http/index.ts';
import { enter, type Found, lookUp, type Proof, signInIds } from '../../invitations/index.ts';
import { noteCause } from '../../kernel/correlation.ts';
import { browserSession, handOver, openSitting } from '../../oidc/index.ts';
import { rememberApplication } from '../application.ts';
import { seeOther, type WebParts } from '../parts.ts';
import { applicationOf, loginUrl, showClosed, showRefused } from './closed.ts';
import { missedSignIn } from './missed.ts';

/**
 * Signs the candidate in in this browser, and sends them to the application. The sign-in is stored before the link is used
 * up, and handed over after: of fifty who press at once one has it, and nobody is left with a used link and no sign-in.
 */
export async function comeIn(ctx: Context, parts: WebParts, proof: Proof, found: Found): Promise<void> {
  const client = await applicationOf(parts, found.clientId);
  if (!client) return showClosed(ctx, parts, 'gone');
  if (found.refusal) return comeInAgain(ctx, parts, proof, { client, found });
  noteCause({ actor: `candidate:${found.sitting.candidate.id}`, clientId: found.clientId });
  const instead = await browserSession(ctx, parts.provider);
  const { session, sid: device, drop } = await openSitting(parts, found.sitting, found.clientId);
  const [id = session.jti] = signInIds(parts.invitations, proof);
  if (!(await enter(parts.invitations, proof, { device, signIn: { uid: session.uid, id }, instead }))) {
    await drop();
    return showLate(ctx, parts, proof, client);
  }
  handOver(ctx, parts.provider, { jti: id, exp: session.exp });
  return goOn(ctx, parts, client, found);
}

/** Somebody else was faster, or the session has ended just now; or it was this browser, by an earlier press. */
async function showLate(ctx: Context, parts: WebParts, proof: Proof, client: Client): Promise<void> {
  const found = await lookUp(parts.invitations, proof);
  return found ? comeInAgain(ctx, parts, proof, { client, found }) : showClosed(ctx, parts, 'unknown');
}

/** Where the press before was theirs, they have the sign-in of that one. */
async function comeInAgain(
  ctx: Context,
  parts: WebParts,
  proof: Proof,
  { client, found }: { readonly client: Client; readonly found: Found },
): Promise<void> {
  const session = await missedSignIn(parts, proof, found);
  if (!session)
    return found.refusal ? showRefused(ctx, parts, found, found.refusal) : showClosed(ctx, parts, 'unknown');
  handOver(ctx, parts.provider, session);
  return goOn(ctx, parts, client, found);
}

function goOn(ctx: Context, parts: WebParts, client: Client, found: Found): void {
  rememberApplication(ctx, client, undefined);
  seeOther(ctx, loginUrl(parts, client, found));
}
