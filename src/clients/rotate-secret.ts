import { change } from './change.ts';
import type { ClientParts } from './parts.ts';
import { hashSecret, newSecret, RETIRING_SECRET, type RetiringSecret } from './secret.ts';
import { selectClient, setMetadata } from './store.ts';

export type SecretRotation =
  | { readonly secret: string; readonly retiringUntil: Date | undefined }
  /** `file`: the declarative file has the secret. `no_secret`: it authenticates otherwise, or not at all. */
  | { readonly problem: 'unknown' | 'file' | 'no_secret' };

/**
 * Gives a client another secret. The one it had works for `grace` seconds more, so that the application can be told
 * without an interruption; any older one ends: there are two at most.
 * @param grace 0: the one it had ends at once
 */
export function rotateSecret({ db, clock }: ClientParts, clientId: string, grace: number): Promise<SecretRotation> {
  return change(db, clientId, async (transaction): Promise<SecretRotation> => {
    const client = await selectClient(transaction, clientId);
    if (!client) return { problem: 'unknown' };
    if (client.managed_by === 'file') return { problem: 'file' };
    const { [RETIRING_SECRET]: _older, ...metadata } = client.metadata;
    const before = metadata['client_secret'];
    if (typeof before !== 'string') return { problem: 'no_secret' };
    const now = clock.now();
    const secret = newSecret();
    const expires_at = Math.floor(now.getTime() / 1000) + grace;
    const retiring: RetiringSecret | undefined = grace > 0 ? { hash: before, expires_at } : undefined;
    const change = { client_secret: hashSecret(secret), ...(retiring ? { [RETIRING_SECRET]: retiring } : {}) };
    await setMetadata(transaction, { ...metadata, ...change }, now);
    return { secret, retiringUntil: retiring && new Date(expires_at * 1000) };
  });
}
