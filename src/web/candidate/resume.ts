import Router from '@koa/router';
import { type Context, field, readForm, type State, wordsFor } from '../../http/index.ts';
import { type Found, isResumeCode, lookUp, type Proof } from '../../invitations/index.ts';
import { browserSession } from '../../oidc/index.ts';
import { staleForm, type WebParts } from '../parts.ts';
import { TOO_MANY, tooOften } from '../too-often.ts';
import { showRefused } from './closed.ts';
import { comeIn, type Refuse } from './come-in.ts';
import { missedSignIn } from './missed.ts';

const PATH = '/candidate/resume';

type Errors = { readonly code?: string; readonly form?: string };

/** `/candidate/resume`: takes the code that somebody was given to go on with on this device. */
export function resumeRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get(PATH, (ctx) => showResume(ctx, parts));
  router.post(PATH, readForm, (ctx) => answer(ctx, parts));
  return router;
}

function showResume(ctx: Context, parts: WebParts, code = '', errors: Errors = {}, status = 400): Promise<void> {
  const locals = { action: PATH, csrf: parts.csrf.token(ctx), code, errors };
  return parts.show(ctx, 'candidate-resume', locals, Object.keys(errors).length > 0 ? status : 200);
}

/**
 * A try is counted for the network before anybody looks whether it is right, and for the session once it is. Whoever sends
 * one again has come in already.
 */
async function answer(ctx: Context, parts: WebParts): Promise<void> {
  const code = field(ctx, 'code');
  const again = (errors: Errors, status?: number) => showResume(ctx, parts, code, errors, status);
  if (!parts.csrf.verify(ctx, field(ctx, '_csrf'))) return again(staleForm(ctx));
  const { t } = wordsFor(ctx);
  if (!isResumeCode(code)) return again({ code: t('candidate-resume.no_code') });
  const often = await tooOften(ctx, parts, 'resume_code');
  if (often) return again(often, TOO_MANY);
  const refuse: Refuse = (found) =>
    found?.refusal && !found.lately
      ? showRefused(ctx, parts, found)
      : again({ code: t('candidate-resume.wrong_code') });
  const proof = { code, browser: parts.csrf.secret(ctx) };
  const found = await lookUp(parts.invitations, proof);
  if (found && (await hasComeIn(ctx, parts, proof, found))) return comeIn(ctx, parts, proof, found, refuse);
  if (!found || found.refusal) return refuse(found);
  const oftenHere = await tooOften(ctx, parts, 'resume_code', { session: found.sitting.sessionId });
  return oftenHere ? again(oftenHere, TOO_MANY) : comeIn(ctx, parts, proof, found, refuse);
}

/** Whether this browser has come in by it just now, and by nothing else since. */
async function hasComeIn(ctx: Context, parts: WebParts, proof: Proof, found: Found): Promise<boolean> {
  const signIn = await missedSignIn(parts, proof, found);
  const here = signIn && (await browserSession(ctx, parts.provider));
  return signIn !== undefined && (!here || here.uid === signIn.uid);
}
