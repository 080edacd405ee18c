import { enableClient } from '../../clients/index.ts';
import { requireClient } from './find.ts';
import { note, withClients } from './with-clients.ts';

/** `clients enable`: opens a client that was disabled. */
export async function enable(id: string): Promise<void> {
  await withClients(async (parts) => {
    const { status } = await requireClient(parts, id);
    if (status === 'active') {
      process.stdout.write(`${id} is not disabled. Nothing was changed.\n`);
      return;
    }
    await enableClient(parts, id);
    await note('enable', id);
    process.stdout.write(`Enabled ${id}. It is as it was, with the secret and the tokens it had.\n`);
  });
}
