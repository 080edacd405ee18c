import type { ApplicationLocals, Errors, FormLocals, SessionLocals } from './page-parts.ts';

/** The pages of `/account`, and the one that asks whether to keep it. */
export interface AccountPages {
  /** The account is to be deleted on `due`, a day in words. */
  'keep-account': FormLocals & { readonly email: string; readonly due: string; readonly errors: Errors<never> };
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
  'account-confirm-email': FormLocals & { readonly token: string; readonly errors: Errors<never> };
  'account-email-changed': { readonly email: string };
  'account-password': FormLocals & { readonly errors: Errors<'password'> };
  'account-sessions': FormLocals & {
    readonly sessions: readonly SessionLocals[];
    /** What the button sends that ends all but this one. */
    readonly others: string;
    /** What the button sends that ends all of them. */
    readonly everywhere: string;
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
}
