import type { Client } from 'oidc-provider';
import type { Context } from '../../http/index.ts';
import { enter, enterAgain, type Found, lookUp, type Proof } from '../../invitations/index.ts';
import { noteCause } from '../../kernel/correlation.ts';
import { browserSession, handOver, openSitting } from '../../oidc/index.ts';
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
  if (found.missed !== undefined) return comeInAgain(ctx, parts, client, found);
  noteCause({ actor: `candidate:${found.sitting.candidate.id}`, clientId: found.clientId });
  const instead = await browserSession(ctx, parts.provider);
  const opened = await openSitting(parts, found.sitting, found.clientId);
  if (!(await enter(parts.invitations, proof, { device: opened.sid, signIn: opened.session.uid, instead }))) {
    await opened.drop();
    return showLate(ctx, parts, proof, client);
  }
  handOver(ctx, parts.provider, opened.session);
  return goOn(ctx, parts, client, found);
}

/** Somebody else was faster, or the session has ended just now; or it was this browser, by a second press. */
async function showLate(ctx: Context, parts: WebParts, proof: Proof, client: Client): Promise<void> {
  const found = await lookUp(parts.invitations, proof);
  if (found?.missed !== undefined) return comeInAgain(ctx, parts, client, found);
  return found?.refusal ? showRefused(ctx, parts, found, found.refusal) : showClosed(ctx, parts, 'unknown');
}

/** The press before was theirs, and its answer did not arrive. */
async function comeInAgain(ctx: Context, parts: WebParts, client: Client, found: Found): Promise<void> {
  const id = await enterAgain(parts.invitations, found);
  const session = id && (await parts.provider.get().Session.find(id));
  if (!session) return showClosed(ctx, parts, 'used', client);
  handOver(ctx, parts.provider, session);
  return goOn(ctx, parts, client, found);
}

function goOn(ctx: Context, parts: WebParts, client: Client, found: Found): void {
  rememberApplication(ctx, client, undefined);
  seeOther(ctx, loginUrl(parts, client, found));
}
