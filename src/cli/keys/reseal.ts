import { resealKeys } from '../../keys/index.ts';
import { NO_HSM, withKeys } from './with-keys.ts';

/** `keys reseal`: seals every key with the newest master key, so that the older ones can go. */
export async function reseal(): Promise<void> {
  const { keys, resealed } = await withKeys(resealKeys, NO_HSM);
  const rest = keys - resealed;
  process.stdout.write(`Sealed ${resealed} keys with the newest master key; ${rest} were already.
Once no queued mail is older than this, the older master keys can be taken out of MASTER_KEY.
`);
}
