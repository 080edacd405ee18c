import assert from 'node:assert/strict';
import { type TokenRefused, Unavailable, VerifierError } from '../../src/verifier/index.ts';

/** Rejects with a refusal of this code, and of this claim where one is named. */
export async function refused(verified: Promise<unknown>, code: TokenRefused['code'], claim?: string): Promise<void> {
  const error = await verified.then(
    () => assert.fail(`nothing was refused, and ${code} should have been`),
    (error: unknown) => error,
  );
  assert.ok(error instanceof VerifierError, String(error));
  assert.deepEqual([error.code, error.status, 'claim' in error ? error.claim : undefined], [code, 401, claim]);
}

/** Rejects because nobody can tell; the error. */
export async function unavailable(verified: Promise<unknown>, code: Unavailable['code']): Promise<Unavailable> {
  const error = await verified.then(
    () => assert.fail(`it was told, and should have been ${code}`),
    (error: unknown) => error,
  );
  assert.ok(error instanceof Unavailable, String(error));
  assert.equal(error.code, code, error.message);
  assert.equal(error.status, 503);
  return error;
}
