import { hkdfSync, timingSafeEqual } from 'node:crypto';

/** Seconds for which one nonce is handed out. */
const STEP = 60;
/** How many steps a nonce may lie behind or ahead. */
const TOLERANCE = 2;

/**
 * The engine's nonces (RFC 9449 §8), for what it does not serve itself: made of the secret and the minute, stored
 * nowhere. A test tells when the engine makes them another way.
 */
export interface DpopNonces {
  /** The one to use next. */
  next(now: Date): string;
  isCurrent(nonce: string, now: Date): boolean;
}

export function dpopNonces(secret: Buffer): DpopNonces {
  const of = (step: number) => {
    const salt = Buffer.alloc(8);
    salt.writeBigUInt64BE(BigInt(step));
    return Buffer.from(hkdfSync('sha256', secret, salt, 'DPoP', 32)).toString('base64url');
  };
  const stepAt = (now: Date) => Math.floor(now.getTime() / 1000 / STEP);
  return {
    next: (now) => of(stepAt(now) + 1),
    isCurrent(nonce, now) {
      const steps = Array.from({ length: 2 * TOLERANCE + 1 }, (_, index) => stepAt(now) + index - TOLERANCE);
      return steps.some((step) => equal(of(step), nonce));
    },
  };
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
