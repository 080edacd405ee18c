import { appendAlone, eventRows } from '../events/index.ts';
import { Problem } from '../kernel/problem.ts';
import { type Caller, type Reservation, SIGN_IN, type SignInRefusal } from '../limits/index.ts';
import { askFor } from './ask.ts';
import { emailKey } from './email.ts';
import { type FailedBy, tellNotLetIn, tellSignedIn } from './events.ts';
import { isProved } from './let-in.ts';
import type { AccountParts } from './parts.ts';
import type { PasswordHashing } from './password-hash.ts';
import { isTooLong } from './password-rules.ts';
import { type Credentials, findCredentials, recordLogin } from './sign-in-store.ts';
import type { Account } from './types.ts';

/** What somebody types to be let in, and from where. */
export interface SignIn {
  readonly email: string;
  readonly password: string;
  readonly caller: Caller;
}

/** That the password is nobody's, or can be nobody's. */
export type NoPassword = { readonly problem: 'no_match' | 'password_too_long' };

export type Authentication = { readonly user: Account } | NoPassword | SignInRefusal;

/**
 * The user whose address and password these are: the one door for every channel. A wrong password, an unknown address,
 * a disabled account and one without a password come to the same answer, by one verification each (checklist 29). The
 * try is counted before the password is looked at, so that tries at the same time don't slip past the limits; one that
 * is turned away verifies nothing. One that is longer than any password is refused before all that, whoever it is for.
 *
 * A hash of another system, or a weaker one than is set now, is replaced at this opportunity. Whoever has to prove the
 * address yet is in once they have (`letInProved`), and it is told then.
 * @throws Problem `busy` when too many passwords are being checked already; that is not counted as a try
 */
export async function authenticate(parts: AccountParts, signIn: SignIn): Promise<Authentication> {
  const { limits, passwords } = parts;
  if (isTooLong(signIn.password)) return { problem: 'password_too_long' };
  passwords.hashing.queue.mustHaveRoom();
  const credentials = lookUp(parts, signIn);
  const knownFrom = async () => (await credentials())?.devicesKnownFrom;
  const reserved = await limits.trySignIn(signIn.email, signIn.caller, knownFrom);
  if ('problem' in reserved) return reserved;
  const user = await letIn(parts, signIn, credentials).catch(async (error: unknown) => {
    await reserved.release();
    throw error;
  });
  if (!user) return failed(parts, signIn, reserved, await credentials());
  await reserved.succeeded();
  return { user };
}

/**
 * A password counts if it is still the user's when it was verified: until then it may have been reset, or the account
 * disabled. A hash that is another one by then is looked at once more, for it may have been raised by a sign-in at the
 * same time. Only who had the right password waits for that.
 */
async function letIn(
  parts: AccountParts,
  signIn: SignIn,
  credentials: LookUp,
  isSecond = false,
): Promise<Account | undefined> {
  const known = await verified(parts, signIn, credentials);
  if (!known) return undefined;
  const { user, passwordHash: hash } = known;
  const replacement = await replacementOf(parts.passwords.hashing, hash, signIn.password);
  const now = parts.clock.now();
  const [at, ...events] = isProved(parts, user) ? [now, tellSignedIn(user.id)] : [];
  const rows = eventRows(now, ...events);
  const noted = await recordLogin(parts.db, user.id, { at, hash, replacement, rows });
  if (noted) return user;
  return isSecond ? undefined : letIn(parts, signIn, lookUp(parts, signIn), true);
}

type LookUp = () => ReturnType<typeof findCredentials>;

/** One look, whoever asks first: a try from a known browser before it is counted, any other after that. */
function lookUp({ db }: AccountParts, { email }: SignIn): LookUp {
  const key = emailKey(email);
  let found: ReturnType<LookUp> | undefined;
  return async () => {
    if (key !== undefined) found ??= findCredentials(db, key);
    return found;
  };
}

async function verified({ passwords }: AccountParts, { password }: SignIn, credentials: LookUp) {
  const known = await credentials();
  const matches = await passwords.hashing.verify(known?.passwordHash, password);
  if (!known?.passwordHash || !matches || known.account.status !== 'active') return undefined;
  return { user: known.account, passwordHash: known.passwordHash };
}

/**
 * Whether there is an owner to be told is the job's to find out. What is written down takes one statement, whoever it was
 * (checklist 29); tries that a limit has turned away are not, so that a flood fills no log.
 */
async function failed(
  parts: AccountParts,
  { email }: SignIn,
  { failures }: Reservation,
  known: Credentials | undefined,
): Promise<Authentication> {
  await appendAlone(parts.db, parts.clock.now(), tellNotLetIn(known?.account.id, reasonOf(known)));
  if (failures % SIGN_IN.tellEvery === 0) await askFor('failures', parts, email);
  return { problem: 'no_match' };
}

function reasonOf(known: Credentials | undefined): FailedBy {
  if (!known) return 'unknown_account';
  return known.account.status === 'active' ? 'wrong_password' : 'account_disabled';
}

/** Undefined where the hash is as it should be, or the queue is too full now: the next sign-in is an opportunity too. */
async function replacementOf(
  hashing: PasswordHashing,
  passwordHash: string,
  password: string,
): Promise<string | undefined> {
  const parameters = hashing.strongerThan(passwordHash);
  if (!parameters) return undefined;
  try {
    return await hashing.hash(password, parameters);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
