import type { Locale } from '../i18n/index.ts';

/** The application a person is on the way to, shown at the card's head. */
export interface AppHead {
  readonly name: string;
  readonly host?: string | undefined;
  readonly logo_uri?: string | undefined;
  readonly client_uri?: string | undefined;
  /** As registered; the renderer makes sure it is a colour that white text can be read on. */
  readonly accent?: string | undefined;
  /** A page of Gatehouse's own: it bears our mark. */
  readonly own?: boolean | undefined;
}

/** What every page can be given. */
export interface CommonLocals {
  /** Of the request's Content-Security-Policy. */
  readonly nonce: string;
  readonly locale: Locale;
  /** Without it, Gatehouse's own mark and name. */
  readonly app?: AppHead | undefined;
  readonly correlation_id?: string | undefined;
}

interface FormLocals {
  readonly action: string;
  readonly csrf: string;
}

/** Messages by the field they belong to; `form` is for what concerns none of them. */
type Errors<Field extends string> = { readonly [name in Field | 'form']?: string | undefined };

/** One thing the application will see, and what for. */
interface Sight {
  readonly title: string;
  readonly reason: string;
}

interface Link {
  readonly href: string;
  readonly label: string;
}

/** To the application, by its name. */
interface WayBack {
  readonly href: string;
  readonly name: string;
}

/** Where somebody is signed in; times and devices in words. */
interface SessionLocals {
  readonly id: string;
  readonly device: string;
  readonly signed_in: string;
  readonly seen: string | undefined;
  readonly address: string | undefined;
  /** In this browser. */
  readonly here: boolean;
}

/** An application that was given access, to what, and since which day. */
interface ApplicationLocals {
  readonly id: string;
  readonly name: string;
  readonly host: string | undefined;
  readonly sees: readonly string[];
  readonly since: string;
}

/** A mail as the mailbox of development shows it. */
interface SentMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly links: readonly string[];
  /** ISO 8601. */
  readonly sent_at: string;
}

/** What `/v1/docs` tells of the API; texts may hold `code` in backticks. */
export interface ApiDocs {
  readonly description: string;
  readonly document_url: string;
  readonly callers: readonly { readonly name: string; readonly description: string }[];
  readonly groups: readonly {
    readonly name: string;
    readonly operations: readonly {
      readonly method: string;
      readonly path: string;
      readonly summary: string;
      readonly description: string;
      readonly callers: readonly string[];
      readonly members: readonly {
        readonly name: string;
        readonly type: string;
        readonly required: boolean;
        readonly description: string;
      }[];
      readonly answers: readonly { readonly status: string; readonly lines: readonly string[] }[];
    }[];
  }[];
}

/** A page's name (its file in `views/pages`) and the locals it needs besides the common ones. */
export interface Pages {
  'sign-in': FormLocals & {
    readonly email: string;
    readonly errors: Errors<'email' | 'password'>;
    readonly register_url: string;
    readonly forgot_url?: string | undefined;
    /** Offer the way back to the application. */
    readonly cancel: boolean;
    /** Signed in already, and asked once more. */
    readonly again: boolean;
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
  /** The account is to be deleted on `due`, a day in words. */
  'keep-account': FormLocals & { readonly email: string; readonly due: string };
  account: {
    readonly email: string;
    readonly name: string;
    readonly language: string;
    readonly notice: string | undefined;
    readonly sign_out_url: string;
  };
  'account-name': FormLocals & { readonly name: string; readonly errors: Errors<'name'> };
  /** `chosen`: a locale, or nothing where the browser says. */
  'account-language': FormLocals & {
    readonly chosen: string;
    /** What each calls itself, by locale. */
    readonly names: Readonly<Record<string, string>>;
    readonly errors: Errors<never>;
  };
  'account-email': FormLocals & {
    readonly current: string;
    readonly email: string;
    readonly errors: Errors<'email'>;
  };
  'account-email-sent': { readonly email: string; readonly current: string };
  /** Where the mail to a new address leads: the button takes it. */
  'account-confirm-email': FormLocals & { readonly token: string };
  'account-email-changed': { readonly email: string };
  'account-password': FormLocals & { readonly errors: Errors<'password'> };
  'account-sessions': FormLocals & {
    readonly sessions: readonly SessionLocals[];
    /** What the button sends that ends all but this one. */
    readonly others: string;
    readonly notice: string | undefined;
    readonly errors: Errors<never>;
  };
  'account-applications': FormLocals & {
    readonly applications: readonly ApplicationLocals[];
    readonly notice: string | undefined;
    readonly errors: Errors<never>;
  };
  'account-data': FormLocals & { readonly errors: Errors<never> };
  /** `account` is its address, `email` what was typed. */
  'account-delete': FormLocals & {
    readonly account: string;
    readonly email: string;
    /** In which somebody may still change their mind. */
    readonly days: number;
    readonly errors: Errors<'email'>;
  };
  'account-deleted': { readonly due: string };
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
