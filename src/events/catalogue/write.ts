import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { documents } from './documents.ts';

/** `npm run catalogue`: writes what is made from the catalogue, and removes what no longer is. */
const root = new URL('../../../', import.meta.url);
await rm(new URL('docs/events/', root), { recursive: true, force: true });
await mkdir(new URL('docs/events/', root), { recursive: true });
for (const [path, text] of documents()) await writeFile(fileURLToPath(new URL(path, root)), text);
