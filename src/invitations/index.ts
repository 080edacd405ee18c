/**
 * How a candidate comes to a session, and back to it: by a link that works once, or by a code that is typed in. Owns both;
 * what a session is, is the candidates', and how a browser is signed in is the protocol's.
 */
export { enter } from './enter.ts';
export { INVITATION_LIFE, type InvitationRequest, type InviteProblem, invite, type Link } from './invite.ts';
export { lookUp } from './look-up.ts';
export { type CodeProblem, makeResumeCode, RESUME_CODE_LIFE, type ResumeCode } from './make-resume-code.ts';
export type { InvitationParts } from './parts.ts';
export { isResumeCode } from './resume-code.ts';
export { signInIds } from './sign-in-id.ts';
export type { Found, Proof, Refusal } from './types.ts';
