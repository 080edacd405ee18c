import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** For people who write programs: in English, as the document is that it shows. */
const IN_ENGLISH = join('pages', 'api-docs.ejs');

const folder = fileURLToPath(new URL('../../../views', import.meta.url));
const views = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ejs') && file !== IN_ENGLISH)
  .map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const);

const words = (text: string): string[] => text.match(/\p{L}[\p{L}\p{M}’-]*/gu) ?? [];

/** What stands between the tags of a view, and in the attributes that are read out. */
function written(view: string): string[] {
  const markup = view
    .replace(/<%[\s\S]*?%>/g, '')
    .replace(/<!--[\s\S]*?-->|<style[\s\S]*?<\/style>|<!doctype html>/g, '');
  const readOut = markup.match(/\s(?:alt|title|aria-label|placeholder)="[^"]*"/g) ?? [];
  const attributes = readOut.map((attribute) => attribute.replace(/^[^=]*=/, ''));
  return [...words(markup.replace(/<[^>]*>/g, ' ')), ...attributes.flatMap(words)];
}

/** What a view's code has quoted that looks like words: several, or one with a capital. */
function quoted(view: string): string[] {
  const code = (view.match(/<%[\s\S]*?%>/g) ?? []).map((part) => part.replace(/\/\*[\s\S]*?\*\//g, ''));
  const strings = code.flatMap((part) => part.match(/(['"`])(?:(?!\1).)*\1/g) ?? []);
  const plain = strings.map((text) => text.slice(1, -1).replace(/\$\{[^}]*\}/g, ''));
  return plain.filter((text) => /^\p{Lu}/u.test(text.trim()) || /\p{L}[.,]? \p{L}/u.test(text));
}

/** A name, the same everywhere. */
const NAME = 'Gatehouse';

describe('views', () => {
  it('have no words of their own: what is read is in the catalogue', () => {
    for (const [file, view] of views)
      assert.deepEqual(
        [...written(view), ...quoted(view)].filter((word) => word !== NAME),
        [],
        file,
      );
  });
});
