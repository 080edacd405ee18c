import type { Locale } from '../i18n/index.ts';

/** A person who can sign in. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  readonly locale: Locale | undefined;
  readonly status: 'active' | 'disabled';
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastLoginAt: Date | undefined;
  readonly hasPassword: boolean;
  /** When all there is of them is erased, unless they change their mind; undefined where that was not asked for. */
  readonly deletionDueAt: Date | undefined;
}

/** What there is to know of whoever signs in by a password. */
export type Account = Pick<User, 'id' | 'email' | 'emailVerified' | 'status' | 'deletionDueAt'>;

/** Which users; all of them where nothing is said. */
export interface UserQuery {
  /** Part of an address or a name, in any case; or an address in any spelling. */
  readonly q: string | undefined;
  readonly status: User['status'] | undefined;
  /** The id of the last user of the page before. */
  readonly after: string | undefined;
  readonly limit: number;
}
