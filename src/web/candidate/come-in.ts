import type { Client } from 'oidc-provider';
import type { Context } from '../../http/index.ts';
import { enter, type Found, lookUp, type Proof, signInIds } from '../../invitations/index.ts';
import { noteCause } from '../../kernel/correlation.ts';
import { browserSession, handOver, openSitting } from '../../oidc/index.ts';
import { rememberApplication } from '../application.ts';
import { seeOther, type WebParts } from '../parts.ts';
import { applicationOf, loginUrl, showClosed } from './closed.ts';
import { missedSignIn } from './missed.ts';

/** Says why it lets nobody in, by what is known of it. */
export type Refuse = (found: Found | undefined) => Promise<void>;

/**
 * Signs the candidate in in this browser, and sends them to the application. The sign-in is stored before the link
 * or the code is used up, and handed over after: of fifty who press at once one has it, and nobody is left with a used link
 * and no sign-in.
 */
export async function comeIn(ctx: Context, parts: WebParts, proof: Proof, found: Found, refuse: Refuse): Promise<void> {
  const client = await applicationOf(parts, found.clientId);
  if (!client) return showClosed(ctx, parts, 'gone');
  if (found.refusal) return comeInAgain(ctx, parts, proof, { client, found, refuse });
  noteCause({ actor: `candidate:${found.sitting.candidate.id}`, clientId: found.clientId });
  const instead = await browserSession(ctx, parts.provider);
  const { session, sid: device, drop } = await openSitting(parts, found.sitting, found.clientId);
  const [id = session.jti] = signInIds(parts.invitations, proof);
  if (!(await enter(parts.invitations, proof, { device, signIn: { uid: session.uid, id }, instead }))) {
    await drop();
    // Somebody else was faster, or the session has ended just now; or it was this browser, by an earlier press.
    return comeInAgain(ctx, parts, proof, { client, found: await lookUp(parts.invitations, proof), refuse });
  }
  handOver(ctx, parts.provider, { jti: id, exp: session.exp });
  return goOn(ctx, parts, client, found);
}

/** Where the press before was theirs, they have the sign-in of that one. */
async function comeInAgain(
  ctx: Context,
  parts: WebParts,
  proof: Proof,
  { client, found, refuse }: { readonly client: Client; readonly found: Found | undefined; readonly refuse: Refuse },
): Promise<void> {
  const session = found && (await missedSignIn(parts, proof, found));
  if (!found || !session) return refuse(found);
  handOver(ctx, parts.provider, session);
  return goOn(ctx, parts, client, found);
}

function goOn(ctx: Context, parts: WebParts, client: Client, found: Found): void {
  rememberApplication(ctx, client, undefined);
  seeOther(ctx, loginUrl(parts, client, found));
}
