import type { ClientDeclaration } from '../config/index.ts';
import { change } from './change.ts';
import { toMetadata } from './metadata.ts';
import type { ClientParts } from './parts.ts';
import { insertClient } from './store.ts';

/**
 * Stores a client that an operator makes. The declarative file leaves it alone, unless it comes to declare the same id.
 * @returns false when there is a client of that id already.
 */
export function createClient({ db, clock }: ClientParts, declared: ClientDeclaration): Promise<boolean> {
  return change(db, declared.client_id, (transaction) => insertClient(transaction, toMetadata(declared), clock.now()));
}
