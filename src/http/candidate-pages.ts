import type { AppHead, Errors, FormLocals, WayBack } from './page-parts.ts';

/** The pages of `/candidate`, and what a candidate is told who comes to `/account`. */
export interface CandidatePages {
  /** Where an invitation leads: the button lets in, opening the page does not. */
  'candidate-enter': FormLocals & {
    readonly app: AppHead;
    readonly token: string;
    readonly name: string | undefined;
    /** Somebody else who is signed in in this browser, and will not be any more. */
    readonly other: string | undefined;
    /** They are signed in to another session here, and will not be any more. */
    readonly leaving: boolean;
    /** Another device has the session, and will lose it. */
    readonly held: boolean;
    readonly errors: Errors<never>;
  };
  'candidate-resume': FormLocals & { readonly code: string; readonly errors: Errors<'code'> };
  /** A link or a code that lets nobody in. */
  'candidate-closed': {
    readonly heading: string;
    readonly message: string;
    /** Whoever has a code comes in by that. */
    readonly with_code: boolean;
    readonly back?: WayBack | undefined;
  };
  /** The link was used in this very browser, which is signed in: `next` is where it goes on. */
  'candidate-here': { readonly app: AppHead; readonly next: string };
  'account-candidate': { readonly back?: WayBack | undefined; readonly sign_in_url: string };
}
