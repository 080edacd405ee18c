import type { ClientDeclaration } from '../config/index.ts';
import { hashSecret } from './secret.ts';
import type { ClientMetadata } from './types.ts';

/** A declaration as it is stored: the secret only as its hash. */
export function toMetadata({ client_secret, ...rest }: ClientDeclaration): ClientMetadata {
  return client_secret === undefined ? rest : { ...rest, client_secret: hashSecret(client_secret) };
}
