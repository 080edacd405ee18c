import type { Page } from './user-agent.ts';

/** An answer without what differs by chance or by what was typed. */
export function seen(page: Page, email: string) {
  const plain = (text: string) =>
    text
      .replaceAll(email, 'ADDRESS')
      .replaceAll(encodeURIComponent(email), 'ADDRESS')
      .replace(/(name="_csrf" value=|nonce[=-]"?|nonce-)"?[^"' ;]+/g, '$1')
      .replace(/(interaction[/=])[A-Za-z0-9_-]+/g, '$1ID');
  const cookies = page.headers
    .getSetCookie()
    .map((cookie) => cookie.replace(/=[^;]*/, '').replace(/expires=[^;]*/i, ''));
  const names = [...page.headers.keys()].filter((name) => name !== 'set-cookie').sort();
  return { status: page.status, location: plain(page.location ?? ''), text: plain(page.text), cookies, names };
}
