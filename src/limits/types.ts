/** Who asks, as far as limits count them. */
export interface Caller {
  /** The IP address that the request came from, as far as trusted proxies vouch for it. */
  readonly network: string;
  /** What `remember` gave this browser or application when somebody signed in with it. */
  readonly device?: string | undefined;
}

/** What something is counted for: a network, and an address or an assessment session besides. */
export interface Counted {
  readonly email?: string;
  /** In the place of an address. */
  readonly session?: string;
  readonly caller: Caller;
}

/** What is counted, besides tries at a password. */
export type Limited = 'register' | 'reset_mail' | 'verification_mail' | 'code' | 'new_password' | 'resume_code';

/** A try at a password that was turned away before the password was looked at. `retryAfter` in whole seconds. */
export type SignInRefusal =
  | { readonly problem: 'too_many_tries'; readonly retryAfter: number }
  | { readonly problem: 'reset_needed' };

/** A try at a password, counted as failed until it is known to be right. */
export interface Reservation {
  /** How many have failed in a row, this one included. */
  readonly failures: number;
  /** The password was right: the row of failures is over. */
  succeeded(): Promise<void>;
  /** The password was never looked at: the try is given back. */
  release(): Promise<void>;
}

/** Hears that `limit` has turned somebody away: for the address they named (or the session), or for the network they came from. */
export type OnRefusal = (limit: Limited | 'sign_in', by: 'address' | 'network') => void;

/** How often what may be tried, from where and for which address. It counts alike for addresses with and without an account. */
export interface Limits {
  /**
   * Counts something before it is done.
   * @returns undefined where it may be done; else the whole seconds to wait.
   */
  take(what: Limited, by: Counted): Promise<number | undefined>;
  /**
   * Counts a try at a password before the password is checked.
   * @param knownFrom tells from when on a browser that was signed in with is known; undefined: not at all. It is asked
   *   of those alone who have such a browser, so it may look up the account
   */
  trySignIn(
    email: string,
    caller: Caller,
    knownFrom: () => Promise<Date | undefined>,
  ): Promise<Reservation | SignInRefusal>;
  /** The owner of the address has proved to be it: failed tries are forgotten. */
  forgive(email: string): Promise<void>;
  /** What a browser keeps for a year, to be known by when it comes back for this address; `device` is what it has so far. */
  remember(email: string, device?: string): string;
}
