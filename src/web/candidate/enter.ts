import Router from '@koa/router';
import { findSitting, type Sitting } from '../../candidates/index.ts';
import { type Context, field, readForm, type State } from '../../http/index.ts';
import { type Found, lookUp, type Proof } from '../../invitations/index.ts';
import { type BrowserSession, browserSession } from '../../oidc/index.ts';
import { appHead } from '../application.ts';
import { staleForm, type WebParts } from '../parts.ts';
import { nameOf } from '../who.ts';
import { applicationOf, showClosed, showRefused } from './closed.ts';
import { comeIn } from './come-in.ts';
import { missedSignIn } from './missed.ts';

const PATH = '/candidate/enter';

/**
 * `/candidate/enter?token=`: where an invitation leads. Opening it uses nothing up, so a scanner that opens links does no
 * harm: one press does.
 */
export function enterRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get(PATH, async (ctx) => {
    const token = typeof ctx.query['token'] === 'string' ? ctx.query['token'] : '';
    return invited(ctx, parts, token, (found) => showEnter(ctx, parts, found, token));
  });
  router.post(PATH, readForm, async (ctx) => {
    const token = field(ctx, 'token');
    const own = parts.csrf.verify(ctx, field(ctx, '_csrf'));
    return invited(ctx, parts, token, (found) =>
      own ? press(ctx, parts, token, found) : showEnter(ctx, parts, found, token, staleForm(ctx)),
    );
  });
  return router;
}

const press = (ctx: Context, parts: WebParts, token: string, found: Found): Promise<void> =>
  comeIn(ctx, parts, proofOf(ctx, parts, token), found, (late) => showRefused(ctx, parts, late));

async function invited(
  ctx: Context,
  parts: WebParts,
  token: string,
  answer: (found: Found) => Promise<void>,
): Promise<void> {
  const proof = proofOf(ctx, parts, token);
  const found = token ? await lookUp(parts.invitations, proof) : undefined;
  if (found && (!found.refusal || (await hasMissed(ctx, parts, proof, found)))) return answer(found);
  return showRefused(ctx, parts, found);
}

const proofOf = (ctx: Context, { csrf }: WebParts, token: string) => ({ token, browser: csrf.secret(ctx) });

/** Whether this browser has pressed, and knows nothing of it: the answer was lost, and nobody was signed in since. */
const hasMissed = async (ctx: Context, parts: WebParts, proof: Proof, found: Found): Promise<boolean> =>
  (await missedSignIn(parts, proof, found)) !== undefined && !(await browserSession(ctx, parts.provider));

/** Whose invitation it is stands there: whoever it was passed on to sees that it is not theirs. */
async function showEnter(
  ctx: Context,
  parts: WebParts,
  { sitting, clientId, refusal }: Found,
  token: string,
  errors: { form?: string } = {},
): Promise<void> {
  const client = await applicationOf(parts, clientId);
  if (!client) return showClosed(ctx, parts, 'gone');
  const here = await browserSession(ctx, parts.provider);
  const other = here && here.accountId !== sitting.candidate.id ? await nameOf(parts, here.accountId) : undefined;
  const locals = {
    app: appHead(client),
    action: PATH,
    csrf: parts.csrf.token(ctx),
    token,
    name: sitting.candidate.name,
    other,
    leaving: await isLeaving(parts, sitting, here),
    held: sitting.held && !refusal && here?.sittingOf !== sitting.sessionId,
    errors,
  };
  return parts.show(ctx, 'candidate-enter', locals, errors.form ? 400 : 200);
}

/** Whether the candidate is here for another session, which goes on: this browser would be out of that one. */
async function isLeaving(
  { invitations: { db, time } }: WebParts,
  { sessionId, candidate }: Sitting,
  here: BrowserSession | undefined,
): Promise<boolean> {
  if (!here?.sittingOf || here.accountId !== candidate.id || here.sittingOf === sessionId) return false;
  const other = await findSitting(db, time, here.sittingOf);
  return other !== undefined && !other.closed;
}
