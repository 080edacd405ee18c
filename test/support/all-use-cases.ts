import { ACCOUNT_USE_CASES } from './account-use-cases.ts';
import { ASSESSMENT_USE_CASES } from './assessment-use-cases.ts';
import { CANDIDATE_USE_CASES } from './candidate-use-cases.ts';
import { COMING_IN_USE_CASES } from './coming-in-use-cases.ts';
import { CREDENTIAL_USE_CASES } from './credential-use-cases.ts';
import { KEY_USE_CASES } from './key-use-cases.ts';
import { MAIL_USE_CASES } from './mail-use-cases.ts';
import { REGISTRATION_USE_CASES } from './registration-use-cases.ts';
import { SIGN_IN_USE_CASES } from './sign-in-use-cases.ts';
import type { UseCase } from './use-case.ts';

/** Every use case that may tell of something, to be done one after the other on one scene: its time only goes on. */
export const USE_CASES: readonly UseCase[] = [
  ...REGISTRATION_USE_CASES,
  ...CREDENTIAL_USE_CASES,
  ...ACCOUNT_USE_CASES,
  ...SIGN_IN_USE_CASES,
  ...MAIL_USE_CASES,
  ...KEY_USE_CASES,
  ...CANDIDATE_USE_CASES,
  ...ASSESSMENT_USE_CASES,
  ...COMING_IN_USE_CASES,
];
