import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drawMachine } from '../../src/candidates/index.ts';

/** `npm run draw`: the diagram of docs/assessments.md, from the table that the server goes by. */

export const PAGE = fileURLToPath(new URL('../../docs/assessments.md', import.meta.url));

/** The page with the diagram as it is to be. */
export const drawn = (page: string): string =>
  page.replace(/^```mermaid\n.*?^```/ms, `\`\`\`mermaid\n${drawMachine()}\n\`\`\``);

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(PAGE, drawn(await readFile(PAGE, 'utf8')));
