import { IntlMessageFormat } from 'intl-messageformat';
import { catalogue, type TextKey } from './catalogue.ts';
import { DEFAULT_LOCALE, type Locale } from './locale.ts';
import type { Section } from './text.ts';

/** What a text is filled in with. */
export type Values = Readonly<Record<string, string | number>>;

/** The catalogue in one language. */
export interface Words {
  readonly locale: Locale;
  /** A text as it is: where it is put into HTML, it is escaped there. */
  t(key: TextKey, values?: Values): string;
  /** A text with the markup of the catalogue, its values escaped: HTML that needs no more escaping. */
  html(key: TextKey, values?: Values): string;
  /** A day and a time of it, in UTC. */
  time(at: Date): string;
  /** A day, in UTC. */
  day(at: Date): string;
}

const made = new Map<Locale, Words>();

/** The words of a language; the default's where there is none. */
export function wordsIn(locale: Locale = DEFAULT_LOCALE): Words {
  const words = made.get(locale) ?? makeWords(locale);
  made.set(locale, words);
  return words;
}

function makeWords(locale: Locale): Words {
  const messages = new Map<string, IntlMessageFormat>();
  const message = (key: TextKey): IntlMessageFormat => {
    const known = messages.get(key);
    if (known) return known;
    // Tags are ours to keep, not the formatter's to read.
    const parsed = new IntlMessageFormat(textOf(key, locale), locale, undefined, { ignoreTag: true });
    messages.set(key, parsed);
    return parsed;
  };
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  return {
    locale,
    t: (key, values) => String(message(key).format(values)),
    html: (key, values = {}) => String(message(key).format(escaped(values))),
    time: (at) => `${time.format(at)} UTC`,
    day: (at) => day.format(at),
  };
}

/** @throws TypeError for a key that no section has: a template's mistake, which its test finds. */
function textOf(key: TextKey, locale: Locale): string {
  const [section = '', name = ''] = key.split('.');
  const text = (catalogue as Readonly<Record<string, Section>>)[section]?.[name];
  if (!text) throw new TypeError(`the catalogue has no ${key}`);
  return text[locale];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(values: Values): Values {
  const safe = (value: string | number) => String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? value : safe(value)]),
  );
}
