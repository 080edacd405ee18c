import type { Sitting } from '../candidates/index.ts';

/** What somebody shows to come in: the token of a link, or a code. */
export type Proof = ({ readonly token: string } | { readonly code: string }) & {
  /** A secret of the browser that shows it. */
  readonly browser?: string | undefined;
};

/**
 * Why it lets nobody in: it was used, is too old, its session has ended, or its candidate was taken out. A code that is too
 * old, was replaced, or used more than ten minutes ago is one that nobody knows.
 */
export type Refusal = 'used' | 'expired' | 'over' | 'withdrawn';

/** What is known of a link or a code. */
export interface Found {
  readonly sitting: Sitting;
  /** The application that it leads to. */
  readonly clientId: string;
  /** Undefined: it lets its holder in. */
  readonly refusal: Refusal | undefined;
  /** It was used within the last ten minutes. */
  readonly lately: boolean;
}
