import type { KeyLife } from '../../keys/index.ts';

/** A key as the API tells it: where it is in its life. */
export function asJson({ kid, alg, state, createdAt, activatedAt, retiringAt, retiredAt, revokedAt }: KeyLife) {
  return {
    kid,
    alg,
    state,
    created_at: createdAt,
    activated_at: activatedAt ?? null,
    retiring_at: retiringAt ?? null,
    retired_at: retiredAt ?? null,
    revoked_at: revokedAt ?? null,
  };
}
