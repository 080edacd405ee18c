import { deleteClient } from '../../clients/index.ts';
import { confirm } from '../confirm.ts';
import { requireOwnClient } from './find.ts';
import { note, withClients } from './with-clients.ts';

/** `clients delete`: removes a client with all that it holds. */
export async function remove(id: string, options: { yes?: boolean }): Promise<void> {
  await withClients(async (parts) => {
    await requireOwnClient(parts, id, 'take it out there, and start the server again');
    const what = 'Its secret, its tokens and what people allowed it are gone then, and do not come back.';
    await confirm(`Delete ${id}? ${what} To shut it for a while: gatehouse clients disable ${id}`, options);
    await deleteClient(parts, id);
    await note('delete', id);
    process.stdout.write(`Deleted ${id}, with its tokens and what people had allowed it. An API that checks tokens by
itself has to follow the list of what has ended (docs/gateway.md).
`);
  });
}
