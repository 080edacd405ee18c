import type { Locale } from '../i18n/index.ts';

/** What a mail is about; each has its template in `views/emails`. */
export type MailKind =
  | 'verify-email'
  | 'address-taken'
  | 'reset-password'
  | 'password-changed'
  | 'sign-in-failures'
  | 'invitation'
  | 'change-email'
  | 'email-changed'
  | 'account-deletion'
  | 'token-reused'
  | 'candidate-invitation';

/** A mail as it is asked for: to whom, about what, and what its template needs. */
export interface Mail {
  readonly kind: MailKind;
  readonly to: string;
  /** The reader's language, as far as it is known. */
  readonly locale: Locale | undefined;
  /** Undefined where it goes to somebody without an account. */
  readonly userId: string | undefined;
  readonly locals: Readonly<Record<string, string>>;
  /** When what is in it expires: after that it is not sent any more. */
  readonly usefulUntil?: Date;
}

/** A mail as it is sent. */
export interface RenderedMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The same however often it is sent: a receiver may tell a repeated mail by it. */
  readonly messageId: string;
}

/** Takes a mail to its receiver: SMTP, or the mailbox of development. */
export interface MailTransport {
  /** Rejects when the mail was not taken; it is tried again then. */
  send(mail: RenderedMail): Promise<void>;
  close(): void;
}

/** Makes a mail's words of its kind and locals. */
export type RenderMail = (mail: Mail) => Promise<Pick<RenderedMail, 'subject' | 'text' | 'html'>>;
