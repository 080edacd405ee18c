import { disableClient } from '../../clients/index.ts';
import { confirm } from '../confirm.ts';
import { requireClient } from './find.ts';
import { note, withClients } from './with-clients.ts';

/** `clients disable`: shuts a client, one that the file declares too. */
export async function disable(id: string, options: { yes?: boolean }): Promise<void> {
  await withClients(async (parts) => {
    const { status } = await requireClient(parts, id);
    if (status === 'disabled') {
      process.stdout.write(`${id} was disabled already. Nothing was changed.\n`);
      return;
    }
    await confirm(`Disable ${id}? Nobody gets to it, and it gets nothing, until it is enabled.`, options);
    await disableClient(parts, id);
    await note('disable', id);
    process.stdout.write(`Disabled ${id}. Every server refuses it and its tokens; an API that checks tokens by itself has to
follow the list of what has ended (docs/gateway.md). To undo it: gatehouse clients enable ${id}
`);
  });
}
