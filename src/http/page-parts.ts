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

export interface FormLocals {
  readonly action: string;
  readonly csrf: string;
}

/** Messages by the field they belong to; `form` is for what concerns none of them. */
export type Errors<Field extends string> = { readonly [name in Field | 'form']?: string | undefined };

/** One thing the application will see, and what for. */
export interface Sight {
  readonly title: string;
  readonly reason: string;
}

export interface Link {
  readonly href: string;
  readonly label: string;
}

/** To the application, by its name. */
export interface WayBack {
  readonly href: string;
  readonly name: string;
}

/** Where somebody is signed in; times and devices in words. */
export interface SessionLocals {
  readonly id: string;
  readonly device: string;
  readonly signed_in: string;
  readonly seen: string | undefined;
  readonly address: string | undefined;
  /** In this browser. */
  readonly here: boolean;
}

/** An application that was given access, to what, and since which day. */
export interface ApplicationLocals {
  readonly id: string;
  readonly name: string;
  readonly host: string | undefined;
  readonly sees: readonly string[];
  readonly since: string;
}

/** A mail as the mailbox of development shows it. */
export interface SentMail {
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
