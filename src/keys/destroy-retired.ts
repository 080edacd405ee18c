import type { KeyParts } from './parts.ts';
import { forgetPrivateKey, listKeys } from './store.ts';

/**
 * Destroys the private parts of retired keys where they are kept, if that is elsewhere. Comes after the commit that
 * retired them, since what is destroyed does not come back; a node that is killed in between leaves it to the next run.
 * @returns the keys whose private parts are gone now
 */
export async function destroyRetired({ db, external }: KeyParts): Promise<readonly string[]> {
  if (!external?.destroysRetired) return [];
  const destroyed: string[] = [];
  for (const { kid, state, uri } of await listKeys(db)) {
    if (state !== 'retired' || uri === undefined) continue;
    await external.destroy(uri);
    await forgetPrivateKey(db, kid);
    destroyed.push(kid);
  }
  return destroyed;
}
