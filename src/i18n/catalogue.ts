import type { Section } from './text.ts';
import { account } from './texts/account.ts';
import { accountApplications } from './texts/account-applications.ts';
import { accountCandidate } from './texts/account-candidate.ts';
import { accountConfirmEmail } from './texts/account-confirm-email.ts';
import { accountData } from './texts/account-data.ts';
import { accountDelete } from './texts/account-delete.ts';
import { accountDeleted } from './texts/account-deleted.ts';
import { accountEmail } from './texts/account-email.ts';
import { accountEmailChanged } from './texts/account-email-changed.ts';
import { accountEmailSent } from './texts/account-email-sent.ts';
import { accountLanguage } from './texts/account-language.ts';
import { accountName } from './texts/account-name.ts';
import { accountPassword } from './texts/account-password.ts';
import { accountSessions } from './texts/account-sessions.ts';
import { candidateClosed } from './texts/candidate-closed.ts';
import { candidateEnter } from './texts/candidate-enter.ts';
import { candidateHere } from './texts/candidate-here.ts';
import { candidateResume } from './texts/candidate-resume.ts';
import { common } from './texts/common.ts';
import { confirmEmail } from './texts/confirm-email.ts';
import { consent } from './texts/consent.ts';
import { demo } from './texts/demo.ts';
import { demoHome } from './texts/demo-home.ts';
import { emailConfirmed } from './texts/email-confirmed.ts';
import { fields } from './texts/fields.ts';
import { forgotPassword } from './texts/forgot-password.ts';
import { forgotSent } from './texts/forgot-sent.ts';
import { goingOn } from './texts/going-on.ts';
import { keepAccount } from './texts/keep-account.ts';
import { limits } from './texts/limits.ts';
import { linkInvalid } from './texts/link-invalid.ts';
import { lost } from './texts/lost.ts';
import { mail } from './texts/mail.ts';
import { mailAccountDeletion } from './texts/mail-account-deletion.ts';
import { mailAddressTaken } from './texts/mail-address-taken.ts';
import { mailCandidateInvitation } from './texts/mail-candidate-invitation.ts';
import { mailChangeEmail } from './texts/mail-change-email.ts';
import { mailEmailChanged } from './texts/mail-email-changed.ts';
import { mailInvitation } from './texts/mail-invitation.ts';
import { mailPasswordChanged } from './texts/mail-password-changed.ts';
import { mailResetPassword } from './texts/mail-reset-password.ts';
import { mailSignInFailures } from './texts/mail-sign-in-failures.ts';
import { mailTokenReused } from './texts/mail-token-reused.ts';
import { mailVerifyEmail } from './texts/mail-verify-email.ts';
import { mailbox } from './texts/mailbox.ts';
import { passwordChanged } from './texts/password-changed.ts';
import { passwordStrength } from './texts/password-strength.ts';
import { problemPage } from './texts/problem-page.ts';
import { problems } from './texts/problems.ts';
import { providerPages } from './texts/provider-pages.ts';
import { register } from './texts/register.ts';
import { registered } from './texts/registered.ts';
import { resetPassword } from './texts/reset-password.ts';
import { signIn } from './texts/sign-in.ts';
import { signOut } from './texts/sign-out.ts';
import { signedOut } from './texts/signed-out.ts';
import { verifyEmail } from './texts/verify-email.ts';

/** Every text there is, by section. A page's own words are in the section named for its file. */
export const catalogue = {
  account,
  'account-applications': accountApplications,
  'account-candidate': accountCandidate,
  'account-confirm-email': accountConfirmEmail,
  'account-data': accountData,
  'account-delete': accountDelete,
  'account-deleted': accountDeleted,
  'account-email': accountEmail,
  'account-email-changed': accountEmailChanged,
  'account-email-sent': accountEmailSent,
  'account-language': accountLanguage,
  'account-name': accountName,
  'account-password': accountPassword,
  'account-sessions': accountSessions,
  'candidate-closed': candidateClosed,
  'candidate-enter': candidateEnter,
  'candidate-here': candidateHere,
  'candidate-resume': candidateResume,
  common,
  'confirm-email': confirmEmail,
  consent,
  demo,
  'demo-home': demoHome,
  'email-confirmed': emailConfirmed,
  fields,
  'forgot-password': forgotPassword,
  'forgot-sent': forgotSent,
  'going-on': goingOn,
  'keep-account': keepAccount,
  limits,
  'link-invalid': linkInvalid,
  lost,
  mail,
  'mail-account-deletion': mailAccountDeletion,
  'mail-address-taken': mailAddressTaken,
  'mail-candidate-invitation': mailCandidateInvitation,
  'mail-change-email': mailChangeEmail,
  'mail-email-changed': mailEmailChanged,
  'mail-invitation': mailInvitation,
  'mail-password-changed': mailPasswordChanged,
  'mail-reset-password': mailResetPassword,
  'mail-sign-in-failures': mailSignInFailures,
  'mail-token-reused': mailTokenReused,
  'mail-verify-email': mailVerifyEmail,
  mailbox,
  'password-changed': passwordChanged,
  'password-strength': passwordStrength,
  'problem-page': problemPage,
  problems,
  'provider-pages': providerPages,
  register,
  registered,
  'reset-password': resetPassword,
  'sign-in': signIn,
  'sign-out': signOut,
  'signed-out': signedOut,
  'verify-email': verifyEmail,
} as const satisfies Readonly<Record<string, Section>>;

type Catalogue = typeof catalogue;

/** `section.name` */
export type TextKey = { [S in keyof Catalogue & string]: `${S}.${keyof Catalogue[S] & string}` }[keyof Catalogue &
  string];
