import { type Rotation, rotateKeys } from '../../keys/index.ts';
import { confirm } from '../confirm.ts';
import { STATUS } from '../run.ts';
import { withOwnKeys } from './with-keys.ts';

export interface RotateOptions {
  readonly now?: boolean;
  readonly yes?: boolean;
}

/** What `--now` may break, and for how long. */
const WARNING = `Caches of the key set that are up to six minutes old do not know a key that is published only now: whoever
verifies tokens with them refuses the new ones until it asks again. Rotate now?`;

/** `keys rotate`: the next key signs, where it has been published for long enough; else says when that will be. */
export async function rotate({ now = false, yes = false }: RotateOptions): Promise<void> {
  await withOwnKeys(async (parts) => {
    if (now) await confirm(WARNING, { yes });
    report(await rotateKeys(parts, { now }));
  });
}

function report({ promoted, waiting }: Rotation): void {
  for (const { alg, kid } of promoted) process.stdout.write(`${alg}: ${kid} signs from now on.\n`);
  for (const { key, from } of waiting) {
    process.stdout.write(`${key.alg}: ${key.kid} is published, and can sign from ${from.toISOString()}.\n`);
  }
  if (promoted.length === 0) {
    process.stdout.write(
      'Nothing was rotated. Run this again then; or, without waiting: gatehouse keys rotate --now\n',
    );
    process.exitCode = STATUS.later;
  } else process.stdout.write('Every server follows within a second.\n');
}
