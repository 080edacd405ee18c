import assert from 'node:assert/strict';
import { IntlMessageFormat } from 'intl-messageformat';
import { catalogue } from '../../../src/i18n/catalogue.ts';
import { LOCALES, type Locale } from '../../../src/i18n/index.ts';
import type { Section, Text } from '../../../src/i18n/text.ts';

const others = LOCALES.filter((locale) => locale !== 'en');

const texts: [string, Text][] = Object.entries(catalogue).flatMap(([section, words]) =>
  Object.entries(words as Section).map(([name, text]): [string, Text] => [`${section}.${name}`, text]),
);

/** Every text of a language, with its key. */
const textsIn = (locale: Locale) => texts.map(([key, text]) => [key, text[locale]] as const);

/** What is the same in another language, and why that is no oversight. */
const SAME: Readonly<Record<string, string>> = {
  'fields.name': 'German has the same word',
  'problem-page.code': 'German and French have the same word',
};

type Ast = ReturnType<IntlMessageFormat['getAst']>;
type Options = Readonly<Record<string, { readonly value: Ast }>>;

/** What a message is filled in with: names of values with what becomes of them, and the answers a choice knows. */
function placeholders(ast: Ast): string[] {
  return ast.flatMap((part) => {
    if (!('value' in part) || part.type === 0) return [];
    if (!('options' in part)) return [`${part.value} as ${part.type}`];
    const options = part.options as Options;
    const inner = Object.values(options).flatMap(({ value }) => placeholders(value));
    // The forms of a plural are each language's own; the answers of a select are ours.
    const answers = part.type === 5 ? Object.keys(options).sort().join('|') : '';
    return [`${part.value} as ${part.type} ${answers}`, ...inner];
  });
}

const astOf = (text: string, locale: Locale) =>
  new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).getAst();

describe('the catalogue', () => {
  it('has every text in every language', () => {
    const expected = [...LOCALES].sort();
    for (const [key, text] of texts) {
      assert.deepEqual(Object.keys(text).sort(), expected, key);
      for (const [locale, words] of Object.entries(text)) assert.match(words, /\S/, `${key} in ${locale}`);
    }
  });

  for (const locale of others) {
    it(`fills in the same in ${locale} as in English`, () => {
      for (const [key, text] of texts) {
        const [own, english] = [text[locale], text.en].map((words) => new Set(placeholders(astOf(words, locale))));
        assert.deepEqual(own, english, `${key}: ${text[locale]}`);
      }
    });

    it(`marks up the same in ${locale} as in English`, () => {
      const tags = (words: string) => (words.match(/<[^>]*>/g) ?? []).sort();
      for (const [key, text] of texts) assert.deepEqual(tags(text[locale]), tags(text.en), key);
    });

    it(`says nothing in English in ${locale}`, () => {
      const isWords = (text: string) => /\p{L}/u.test(text.replace(/\{\w+\}|<[^>]*>/g, ''));
      const same = texts.filter(([key, text]) => text[locale] === text.en && isWords(text.en) && !(key in SAME));
      assert.deepEqual(same, []);
    });
  }

  it('excuses nothing that is translated', () => {
    const isSame = (key: string) =>
      texts.some(([name, text]) => name === key && others.some((o) => text[o] === text.en));
    for (const key of Object.keys(SAME)) assert.ok(isSame(key), key);
  });

  it('is set with real apostrophes, quotes, dashes and dots', () => {
    for (const locale of LOCALES)
      for (const [key, text] of textsIn(locale))
        assert.doesNotMatch(text.replace(/<[^>]*>/g, ''), /['"`]|\.\.\.|\s-\s|\s\s|^\s|\s$/, `${key} in ${locale}`);
  });

  it('quotes as each language does', () => {
    const foreign: Readonly<Record<Locale, RegExp>> = {
      en: /[„«»]/,
      de: /[”«»‚]|“(?=\p{L})/u,
      fr: /[„“”]/,
      es: /[„]/,
      sv: /[„“«»]/,
    };
    for (const locale of LOCALES)
      for (const [key, text] of textsIn(locale)) assert.doesNotMatch(text, foreign[locale], `${key} in ${locale}`);
  });

  it('calls people what each language calls strangers: Sie, vous, usted, du; and never shouts', () => {
    const familiar: Readonly<Record<Locale, RegExp>> = {
      en: /!/,
      de: /!|(?<!\p{L})(du|dich|dir|deine?[mnrs]?|euch|eure?)(?!\p{L})/iu,
      fr: /!|(?<!\p{L})(tu|toi|tes|ta)(?!\p{L})/iu,
      es: /[!¡]|(?<!\p{L})(tú|tu|tus|te|ti|vuestr[oa]s?|vosotros)(?!\p{L})/iu,
      sv: /!|(?<!\p{L})(ni|er|ert|era|eder)(?!\p{L})/iu,
    };
    for (const locale of LOCALES)
      for (const [key, text] of textsIn(locale)) assert.doesNotMatch(text, familiar[locale], `${key} in ${locale}`);
  });

  it('ends a sentence in every language where English ends one', () => {
    const ending = (text: string) => /[.:?,]?$/.exec(text.replace(/<[^>]*>|\s*\}$/g, ''))?.[0];
    for (const locale of others)
      for (const [key, text] of texts) assert.equal(ending(text[locale]), ending(text.en), `${key} in ${locale}`);
  });
});
