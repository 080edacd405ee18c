/**
 * The hosted pages, one file a page. Each parses its form, calls one use case and answers; what comes next is the
 * engine's to say. Knows nothing of `/v1`.
 */
export { accountRoutes } from './account/index.ts';
export { answeredHere } from './answered-here.ts';
export { candidateRoutes } from './candidate/index.ts';
export { devMailboxRoutes } from './dev-mailbox.ts';
export { forgotPasswordRoutes } from './forgot-password.ts';
export { goingOn } from './going-on.ts';
export { interactionRoutes } from './interaction.ts';
export type { WebParts } from './parts.ts';
export { problemPage } from './problem-page.ts';
export { providerPages } from './provider-pages.ts';
export { registerRoutes } from './register.ts';
export { resetPasswordRoutes } from './reset-password.ts';
export { verifyEmailRoutes } from './verify-email.ts';
