import type { Section } from './text.ts';
import { busy } from './texts/busy.ts';
import { common } from './texts/common.ts';
import { invitation } from './texts/invitation.ts';
import { limits } from './texts/limits.ts';
import { problems } from './texts/problems.ts';
import { signInFailures } from './texts/sign-in-failures.ts';

/** Every text there is, by section. A page's own words are in the section named for its file. */
export const catalogue = {
  busy,
  common,
  invitation,
  limits,
  problems,
  'sign-in-failures': signInFailures,
} as const satisfies Readonly<Record<string, Section>>;

type Catalogue = typeof catalogue;

/** `section.name` */
export type TextKey = { [S in keyof Catalogue & string]: `${S}.${keyof Catalogue[S] & string}` }[keyof Catalogue &
  string];
