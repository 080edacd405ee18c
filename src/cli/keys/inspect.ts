import { listKeys } from '../../keys/index.ts';
import { printJson } from '../print-json.ts';
import { asJson } from './as-json.ts';
import { noSuchKey } from './no-such-key.ts';
import { NO_HSM, withKeys } from './with-keys.ts';

/** `keys inspect`: one key's public part and dates, as JSON. */
export async function inspect(kid: string): Promise<void> {
  const keys = await withKeys(({ db }) => listKeys(db), NO_HSM);
  const key = keys.find((each) => each.kid === kid);
  if (!key) throw noSuchKey(kid);
  printJson({ ...asJson(key), private_key_uri: key.uri ?? null, public_jwk: key.publicJwk });
}
