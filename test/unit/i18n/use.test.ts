import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue } from '../../../src/i18n/catalogue.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const keys = Object.entries(catalogue).flatMap(([section, texts]) =>
  Object.keys(texts).map((name) => `${section}.${name}`),
);

/** The files of a folder that end so, with what is in them. */
function sources(folder: string, ending: string): [string, string][] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith(ending))
    .map((file) => [join(folder, file), readFileSync(join(root, folder, file), 'utf8')]);
}

const views = sources('views', '.ejs');
const code = sources('src', '.ts').filter(([file]) => !file.startsWith('src/i18n/'));

/** What is quoted in `text` where a key may stand; `.*` for what is filled in. */
const quoted = (text: string): RegExp[] =>
  [...text.matchAll(/(['`])([a-z][\w-]*\.[\w$.{}-]+)\1/g)].map(
    ([, , name = '']) => new RegExp(`^${name.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '.*')}$`),
  );

describe('the texts of the catalogue', () => {
  it('are all there that a view asks for, and a view asks for them by name', () => {
    for (const [file, text] of views) {
      for (const [call, key = ''] of text.matchAll(/\bit\.(?:t|html)\(([^,)]*)/g)) {
        const [asked] = quoted(key);
        assert.ok(asked && keys.some((known) => asked.test(known)), `${file}: ${call}`);
      }
    }
  });

  it('say what went wrong for every code that a page may show', () => {
    // What only programs send is answered to programs alone.
    const pages = code.filter(([file]) => !/^src\/(api|demo|http\/json)\b/.test(file));
    const codes = pages.flatMap(([, text]) =>
      [...text.matchAll(/status: \d{3},\s+code: '(\w+)'/g)].map(([, each = '']) => each),
    );
    assert.ok(codes.length > 5, codes.join(' '));
    for (const each of codes)
      for (const part of ['heading', 'message']) assert.ok(keys.includes(`problem-page.${each}_${part}`), each);
  });

  it('are all used', () => {
    const asked = [...views, ...code].flatMap(([, text]) => quoted(text));
    assert.deepEqual(
      keys.filter((key) => !asked.some((one) => one.test(key))),
      [],
    );
  });
});
