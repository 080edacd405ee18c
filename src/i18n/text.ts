import type { Locale } from './locale.ts';

/**
 * One text in every language, as ICU messages: `{name}` is a value, `{count, plural, one {…} other {…}}` a choice.
 * Markup in it is ours: it stays where the text is shown as HTML, where the values are escaped, and goes elsewhere.
 * Spaces and hyphens are the ordinary ones; those that may not break are seen to by `words.ts`.
 */
export type Text = Readonly<Record<Locale, string>>;

/** The texts of one page, or of what belongs together. */
export type Section = Readonly<Record<string, Text>>;
