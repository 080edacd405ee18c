import type { AccountPages } from './account-pages.ts';
import type { CandidatePages } from './candidate-pages.ts';
import type {
  ApiDocs,
  AppHead,
  CommonLocals,
  Errors,
  FormLocals,
  Link,
  SentMail,
  Sight,
  WayBack,
} from './page-parts.ts';

/** A page's name (its file in `views/pages`) and the locals it needs besides the common ones. */
export interface Pages extends AccountPages, CandidatePages {
  'sign-in': FormLocals & {
    readonly email: string;
    readonly errors: Errors<'email' | 'password'>;
    readonly register_url: string;
    readonly forgot_url?: string | undefined;
    /** Offer the way back to the application. */
    readonly cancel: boolean;
    /** Signed in already, and asked once more. */
    readonly again: boolean;
    /** Where somebody goes on who came for an assessment, and has no password. */
    readonly resume_url?: string | undefined;
  };
  register: FormLocals & {
    readonly name: string;
    readonly email: string;
    readonly errors: Errors<'name' | 'email' | 'password'>;
    readonly sign_in_url?: string | undefined;
  };
  registered: { readonly email: string; readonly back?: WayBack | undefined };
  'verify-email': FormLocals & {
    readonly email: string;
    readonly errors: Errors<'code'>;
    /** The mail was just sent once more. */
    readonly sent_again: boolean;
  };
  /** Where a mail's link leads: the button proves the address, opening the page proves nothing. */
  'confirm-email': FormLocals & { readonly token: string; readonly errors: Errors<never> };
  'email-confirmed': { readonly back?: WayBack | undefined };
  /** The link of a mail was used, is too old, or a newer one was sent. */
  'link-invalid': {
    readonly what: 'verify' | 'reset';
    readonly next?: Link | undefined;
    /** Whoever signs in with an address that isn't proved is mailed another link. */
    readonly at_sign_in?: boolean | undefined;
  };
  'forgot-password': FormLocals & {
    readonly email: string;
    readonly errors: Errors<'email'>;
    readonly sign_in_url?: string | undefined;
  };
  'forgot-sent': { readonly email: string; readonly sign_in_url?: string | undefined };
  'reset-password': FormLocals & { readonly token: string; readonly errors: Errors<'password'> };
  'password-changed': { readonly back?: WayBack | undefined; readonly sign_in_url?: string | undefined };
  consent: FormLocals & {
    readonly errors: Errors<never>;
    /** Nobody can consent to an application that isn't named, so here it is not optional. */
    readonly app: AppHead;
    readonly account: string;
    readonly sees: readonly Sight[];
    /** What follows "It cannot", as in "see your password". */
    readonly cannot: readonly string[];
    readonly account_url?: string | undefined;
  };
  'going-on': {
    /** The engine's form and the script that sends it, trusted HTML; the button stands outside and names the form. */
    readonly form_html: string;
    readonly script_html: string;
  };
  'sign-out': {
    /** The engine's form, trusted HTML; the buttons stand outside and name it. */
    readonly form_html: string;
    readonly account?: string | undefined;
  };
  'signed-out': {
    /** Who said no to signing out, and still is signed in. */
    readonly account?: string | undefined;
  };
  error: {
    readonly heading: string;
    readonly message: string;
    readonly next?: Link | undefined;
    readonly code?: string | undefined;
  };
  lost: { readonly back?: WayBack | undefined };
  demo: {
    /** What has just happened, where something has. */
    readonly notice?: string | undefined;
    readonly start_url: string;
    readonly second_url: string;
    /** This is the second of the two applications, and the other address is the first's. */
    readonly second?: boolean | undefined;
    readonly mailbox_url?: string | undefined;
  };
  'demo-home': {
    readonly csrf: string;
    readonly application: string;
    readonly second?: boolean | undefined;
    readonly claims: Readonly<Record<string, unknown>>;
    readonly scopes: readonly string[];
    readonly access_token_expires_at: string;
    readonly api?: { readonly status: number; readonly body: string } | undefined;
    readonly refreshed: boolean;
    readonly urls: {
      readonly api: string;
      readonly refresh: string;
      readonly sign_out: string;
      readonly other_application: string;
    };
  };
  /** In development only; newest first. */
  mailbox: { readonly mails: readonly SentMail[] };
  'api-docs': ApiDocs;
}

export type PageName = keyof Pages;
export type Locals<Name extends PageName> = CommonLocals & Pages[Name];
