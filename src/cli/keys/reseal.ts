import { brokenKeyLine, brokenSaltLine, resealKeys, resealSalts } from '../../keys/index.ts';
import { STATUS } from '../run.ts';
import { withOwnKeys } from './with-keys.ts';

/** `keys reseal`: seals every key and salt with the newest master key, so that the older ones can go. */
export async function reseal(): Promise<void> {
  await withOwnKeys(async (parts) => {
    const keys = await resealKeys(parts);
    const salts = await resealSalts(parts);
    process.stdout.write(`Sealed ${keys.resealed} keys with the newest master key; ${keys.keys - keys.resealed} were already.
Sealed ${salts.resealed} pairwise salts; ${salts.salts - salts.resealed} were already.
Once no queued mail is older than this, the older master keys can be taken out of MASTER_KEY.
`);
    const broken = [...keys.broken.map(brokenKeyLine), ...salts.broken.map(brokenSaltLine)];
    for (const line of broken) process.stderr.write(`${line}\n`);
    if (broken.length > 0) process.exitCode = STATUS.refused;
  });
}
