import { brokenKeyLine, resealKeys } from '../../keys/index.ts';
import { STATUS } from '../run.ts';
import { withOwnKeys } from './with-keys.ts';

/** `keys reseal`: seals every key with the newest master key, so that the older ones can go. */
export async function reseal(): Promise<void> {
  const { keys, resealed, broken } = await withOwnKeys(resealKeys);
  const rest = keys - resealed;
  process.stdout.write(`Sealed ${resealed} keys with the newest master key; ${rest} were already.
Once no queued mail is older than this, the older master keys can be taken out of MASTER_KEY.
`);
  if (broken.length === 0) return;
  for (const key of broken) process.stderr.write(`${brokenKeyLine(key)}\n`);
  process.exitCode = STATUS.refused;
}
