import type { Person } from './people.ts';
import { signInAt, switchAt } from './people.ts';
import type { Page, UserAgent } from './user-agent.ts';

/** Opens a page of somebody's account, and signs in on the way as far as that is asked. */
export async function enter(agent: UserAgent, person: Person, path = '/account'): Promise<Page> {
  const page = await agent.open(path);
  if (!page.text.includes('autocomplete="current-password"')) return page;
  return switchAt(agent, await signInAt(agent, page, person));
}

/** The heading of a page, as text. */
export const headingOf = ({ text }: Page): string => /<h1>(.*?)<\/h1>/s.exec(text)?.[1] ?? '';

/** What a page says in its notice. */
export const noticeOf = ({ text }: Page): string | undefined => /<p class="notice[^"]*">(.*?)<\/p>/s.exec(text)?.[1];

/** What stands beside a field that is wrong. */
export const faultOf = ({ text }: Page, name: string): string | undefined =>
  new RegExp(`id="${name}-error">(.*?)<`).exec(text)?.[1];

export const csrfOf = ({ text }: Page): string => /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
