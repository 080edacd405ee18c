import { pwnedPassword } from 'hibp';

/** How asking went; there are no other values. */
export type BreachResult = 'clean' | 'breached' | 'failed';

/** Whether a password is known from a breach. Never rejects. */
export type BreachCheck = (password: string) => Promise<boolean>;

export interface BreachOptions {
  /** Told of every answer, and of every failure. */
  readonly onResult?: ((result: BreachResult) => void) | undefined;
  /** Another server that speaks the range API. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds. */
  readonly patience?: number | undefined;
}

/** Milliseconds that somebody who chooses a password may be kept waiting by another server. */
const PATIENCE = 2000;

/** Where nobody is to be asked. */
export const noBreachCheck: BreachCheck = async () => false;

/**
 * Asks Have I Been Pwned for the passwords whose SHA-1 begins as this one's does: five hexadecimal digits leave this
 * machine, never the password or its whole hash, and the answer's length is padded. When it cannot be asked, the password
 * is taken, for people cannot wait for it; `onResult` counts that.
 */
export function breachCheck({ onResult, baseUrl, patience = PATIENCE }: BreachOptions): BreachCheck {
  return async (password) => {
    const result = await ask(password, { addPadding: true, timeoutMs: patience, ...(baseUrl ? { baseUrl } : {}) });
    onResult?.(result);
    return result === 'breached';
  };
}

async function ask(password: string, options: Parameters<typeof pwnedPassword>[1]): Promise<BreachResult> {
  try {
    return (await pwnedPassword(password, options)) > 0 ? 'breached' : 'clean';
  } catch {
    return 'failed';
  }
}
