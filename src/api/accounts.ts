import { z } from 'zod';
import { askFor, type Journey, register, resetPassword, verifyEmail } from '../accounts/index.ts';
import type { ClientMetadata } from '../clients/index.ts';
import { type Context, languageOf, wordsFor } from '../http/index.ts';
import { BUSY, Problem, type ProblemMembers } from '../kernel/problem.ts';
import type { Access } from './description.ts';
import { firstParty } from './first-party.ts';
import { count } from './limited.ts';
import type { ApiParts } from './parts.ts';
import { fieldDetails } from './problem-words.ts';
import { INVALID_BODY, TOO_MANY_REQUESTS } from './problems.ts';
import { type Route, route } from './route.ts';

const TOKEN_INVALID = {
  status: 400,
  code: 'token_invalid',
  title: 'Token invalid',
  detail: 'The token was used, is too old, or a newer mail was sent. Ask for another mail.',
} satisfies ProblemMembers;

const PASSWORD_REJECTED = {
  status: 422,
  code: 'password_rejected',
  title: 'Password rejected',
  detail: 'See errors for what is wrong with it. The token is still good.',
} satisfies ProblemMembers;

const email = z.string().meta({ description: 'An e-mail address', examples: ['ada@example.com'] });
const token = z.string().meta({ description: 'The token in the address of the mail’s link' });
const password = z.string().meta({ description: '15 characters or more' });
const name = z.string().meta({ description: 'What the person is called' });

const address = z.strictObject({ email }).meta({ id: 'Address' });
const sent = z.strictObject({ status: z.literal('verification_sent') });
const resetSent = z.strictObject({ status: z.literal('reset_sent') });

/** `/v1/accounts`: what the hosted pages do for somebody who is not signed in, for the operator's own applications. */
export function accountRoutes(parts: ApiParts): Route[] {
  const access = firstParty(parts);
  return [registration, verification, verifiedEmail, passwordReset, newPassword].map((routeOf) =>
    routeOf(parts, access),
  );
}

type Declare = (parts: ApiParts, access: Access<ClientMetadata>) => Route;

const registration: Declare = (parts, access) =>
  route({
    method: 'post',
    path: '/v1/accounts',
    group: 'Accounts',
    summary: 'Register',
    description: 'Mails a link and a code to prove the address. Who has an account already is told so by mail.',
    access,
    body: z.strictObject({ email, password, name: name.exactOptional() }).meta({ id: 'NewAccount' }),
    answer: { status: 202, description: 'The same whether or not the address is known', schema: sent },
    problems: [TOO_MANY_REQUESTS, BUSY],
    async handle({ ctx, caller, body }) {
      await count(ctx, parts, 'register', body.email);
      const result = await register(parts.accounts, { name: undefined, ...body }, journeyOf(ctx, caller));
      if (!('problems' in result)) return { status: 'verification_sent' };
      throw new Problem({ ...INVALID_BODY, errors: fieldDetails(wordsFor(ctx), result.problems) });
    },
  });

const verification: Declare = (parts, access) =>
  route({
    method: 'post',
    path: '/v1/accounts/verification',
    group: 'Accounts',
    summary: 'Mail another proof of the address',
    description: 'The newer mail ends the older one. Nothing is mailed to an address that has nothing to prove.',
    access,
    body: address,
    answer: { status: 202, description: 'The same always', schema: sent },
    problems: [TOO_MANY_REQUESTS],
    async handle({ ctx, caller, body }) {
      await count(ctx, parts, 'verification_mail', body.email);
      await askFor('verification', parts.accounts, body.email, journeyOf(ctx, caller));
      return { status: 'verification_sent' };
    },
  });

const verifiedEmail: Declare = (parts, access) =>
  route({
    method: 'post',
    path: '/v1/accounts/verify-email',
    group: 'Accounts',
    summary: 'Prove an address by a mail’s token',
    access,
    body: z.strictObject({ token }).meta({ id: 'EmailProof' }),
    answer: { status: 204, description: 'It is proved' },
    problems: [TOKEN_INVALID],
    async handle({ body }) {
      if (!(await verifyEmail(parts.accounts, body))) throw new Problem(TOKEN_INVALID);
    },
  });

const passwordReset: Declare = (parts, access) =>
  route({
    method: 'post',
    path: '/v1/accounts/password-reset',
    group: 'Accounts',
    summary: 'Mail a link to set a new password',
    description: 'Nothing is mailed to an address that has no account.',
    access,
    body: address,
    answer: { status: 202, description: 'The same always', schema: resetSent },
    problems: [TOO_MANY_REQUESTS],
    async handle({ ctx, caller, body }) {
      await count(ctx, parts, 'reset_mail', body.email);
      await askFor('reset', parts.accounts, body.email, journeyOf(ctx, caller));
      return { status: 'reset_sent' };
    },
  });

const newPassword: Declare = (parts, access) =>
  route({
    method: 'post',
    path: '/v1/accounts/reset-password',
    group: 'Accounts',
    summary: 'Set a new password by a mail’s token',
    description: 'Ends every session and token of the user. A password that is rejected uses nothing up.',
    access,
    body: z.strictObject({ token, password }).meta({ id: 'NewPassword' }),
    answer: { status: 204, description: 'It is set' },
    problems: [TOKEN_INVALID, PASSWORD_REJECTED, TOO_MANY_REQUESTS, BUSY],
    async handle({ ctx, body }) {
      await count(ctx, parts, 'new_password');
      const result = await resetPassword(parts.accounts, body.token, body.password, inLanguage(ctx));
      if ('userId' in result) return;
      if (result.problem === 'token_invalid') throw new Problem(TOKEN_INVALID);
      const errors = fieldDetails(wordsFor(ctx), { password: result.reason });
      throw new Problem({ ...PASSWORD_REJECTED, errors });
    },
  });

/** A mail has the application's name at its head. */
function journeyOf(ctx: Context, client: ClientMetadata): Journey {
  return { app: String(client['client_name'] ?? client.client_id), ...inLanguage(ctx) };
}

/** The language that the caller names, for it stands in the place of the pages. */
const inLanguage = (ctx: Context): Journey => (ctx.get('Accept-Language') ? { locale: languageOf(ctx) } : {});
