import type { Locale } from './locale.ts';

/**
 * One text in every language, as ICU messages: `{name}` is a value, `{count, plural, one {…} other {…}}` a choice.
 * Markup in it is ours and stays; values are escaped where it is shown as HTML.
 */
export type Text = Readonly<Record<Locale, string>>;

/** The texts of one page, or of what belongs together. */
export type Section = Readonly<Record<string, Text>>;
