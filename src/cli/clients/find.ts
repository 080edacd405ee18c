import { type ClientParts, findClient, type RegisteredClient } from '../../clients/index.ts';
import { Refusal } from '../run.ts';

/** The client of this id. @throws Refusal where there is none. */
export async function requireClient(parts: ClientParts, id: string): Promise<RegisteredClient> {
  const client = await findClient(parts, id);
  if (client) return client;
  throw new Refusal(`There is no client ${id}. See them all: gatehouse clients list`);
}

/** The same, of those that are changed here. @throws Refusal for one that the declarative file manages. */
export async function requireOwnClient(parts: ClientParts, id: string, instead: string): Promise<RegisteredClient> {
  const client = await requireClient(parts, id);
  if (client.managedBy !== 'file') return client;
  const where = 'gatehouse.yaml, or by the demo that stands in for it';
  throw new Refusal(`${id} is declared by ${where}: ${instead}. Nothing was changed.`);
}
