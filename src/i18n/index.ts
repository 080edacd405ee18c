/** Every word that people read, in every language. Knows no page and no mail: those ask for a text by its key. */
export { catalogue, type TextKey } from './catalogue.ts';
export { DEFAULT_LOCALE, isLocale, LOCALE_NAMES, LOCALES, type Locale, localeOf, localeOfAny } from './locale.ts';
export { isTextKey, type Words, wordsIn } from './words.ts';
