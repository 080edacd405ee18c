import { IntlMessageFormat } from 'intl-messageformat';
import { catalogue, type TextKey } from './catalogue.ts';
import { DEFAULT_LOCALE, type Locale } from './locale.ts';
import type { Section, Text } from './text.ts';

/** What a text is filled in with. */
export type Values = Readonly<Record<string, string | number>>;

/** The catalogue in one language. */
export interface Words {
  readonly locale: Locale;
  /** A text without its markup: where it is put into HTML, it is escaped there. */
  t(key: TextKey, values?: Values): string;
  /** A text with the markup of the catalogue, its values escaped: HTML that needs no more escaping. */
  html(key: TextKey, values?: Values): string;
  /** A day and a time of it, in UTC. */
  time(at: Date): string;
  /** The same to the second, in short. */
  exactTime(at: Date): string;
  /** A day, in UTC. */
  day(at: Date): string;
  /** How long to wait, such as "in 30 seconds": never shorter than it is. */
  within(seconds: number): string;
}

const made = new Map<Locale, Words>();

/** The words of a language; the default's where there is none. */
export function wordsIn(locale: Locale = DEFAULT_LOCALE): Words {
  const words = made.get(locale) ?? makeWords(locale);
  made.set(locale, words);
  return words;
}

function makeWords(locale: Locale): Words {
  const plain = messagesOf(locale, (text) => text.replace(TAG, ''));
  const marked = messagesOf(locale, (text) => text);
  const time = dates(locale, { dateStyle: 'long', timeStyle: 'short' });
  const exact = dates(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const day = dates(locale, { dateStyle: 'long' });
  const from = new Intl.RelativeTimeFormat(locale);
  return {
    locale,
    t: (key, values) => String(plain(key).format(values)),
    html: (key, values = {}) => String(marked(key).format(escaped(values))),
    time: (at) => `${time.format(at)} UTC`,
    exactTime: (at) => `${exact.format(at)} UTC`,
    day: (at) => day.format(at),
    within: (seconds) => from.format(...inUnits(seconds)),
  };
}

/** Our English is British, and so are its dates. */
function dates(locale: Locale, style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { ...style, timeZone: 'UTC' });
}

/** Minutes and hours from one and a half of them on. */
function inUnits(seconds: number): [count: number, unit: Intl.RelativeTimeFormatUnit] {
  const [minute, hour] = [60, 60 * 60];
  if (seconds < 1.5 * minute) return [Math.ceil(seconds), 'second'];
  return seconds < 1.5 * hour ? [Math.ceil(seconds / minute), 'minute'] : [Math.ceil(seconds / hour), 'hour'];
}

const TAG = /<[^>]*>/g;

/** The messages of a language, each read when it is first asked for. */
function messagesOf(locale: Locale, prepare: (text: string) => string): (key: TextKey) => IntlMessageFormat {
  const messages = new Map<TextKey, IntlMessageFormat>();
  return (key) => {
    const text = () => typeset(prepare(textOf(key, locale)), locale);
    // Tags are ours to keep, not the formatter's to read.
    const message = messages.get(key) ?? new IntlMessageFormat(text(), locale, undefined, { ignoreTag: true });
    messages.set(key, message);
    return message;
  };
}

/**
 * Where a line may not break: within "E-Mail" and its likes; in French between a word and the double signs that follow
 * it, and within its quotes. English is left as it is written: programs look for words on its pages.
 */
function typeset(text: string, locale: Locale): string {
  if (locale === 'en') return text;
  const whole = text.replace(/(?<=(?<!\p{L})e)-(?=mail|post)/giu, '\u2011');
  return locale === 'fr' ? whole.replace(/ (?=[:;?!»])|(?<=«) /g, '\u00a0') : whole;
}

/** Whether the catalogue has a text of this name, for names that are made of what others say, such as an error's code. */
export const isTextKey = (key: string): key is TextKey => find(key) !== undefined;

/** @throws TypeError for a key that no section has: a template's mistake, which its test finds. */
function textOf(key: TextKey, locale: Locale): string {
  const text = find(key);
  if (!text) throw new TypeError(`the catalogue has no ${key}`);
  return text[locale];
}

function find(key: string): Text | undefined {
  const [section = '', name = ''] = key.split('.');
  const texts = own(catalogue as Readonly<Record<string, Section>>, section);
  return texts && own(texts, name);
}

const own = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

function escaped(values: Values): Values {
  const safe = (value: string | number) => String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? value : safe(value)]),
  );
}
