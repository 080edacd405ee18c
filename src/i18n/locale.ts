/** The languages that every text is there in; the first is for whoever wants none of them. */
export const LOCALES = ['en', 'de', 'fr', 'es', 'sv'] as const;

/** What each calls itself. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  sv: 'Svenska',
};

export type Locale = (typeof LOCALES)[number];

export const DEFAULT_LOCALE: Locale = 'en';

export const isLocale = (value: string | undefined): value is Locale => LOCALES.some((locale) => locale === value);

/** The locale for a BCP 47 tag (RFC 5646), by its language alone: `de-AT` is German. Undefined for any other. */
export function localeOf(tag: string | undefined): Locale | undefined {
  const language = tag?.split('-', 1)[0]?.toLowerCase();
  return isLocale(language) ? language : undefined;
}

/** The first of `ui_locales`, tags in order of preference with spaces between (OIDC Core 3.1.2.1), that we speak. */
export function localeOfAny(tags: unknown): Locale | undefined {
  if (typeof tags !== 'string') return undefined;
  return tags
    .split(' ')
    .map(localeOf)
    .find((locale) => locale !== undefined);
}
