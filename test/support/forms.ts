import type { Page, UserAgent } from './user-agent.ts';

/** What stands beside a field. */
export const beside = ({ text }: Page, field: string): string | undefined =>
  unescaped(new RegExp(`id="${field}-error">([^<]*)<`).exec(text)?.[1]);

/** What a field is filled with again. */
export const typedIn = ({ text }: Page, field: string): string => {
  const typed = new RegExp(`<input id="${field}"[^>]*?value="([^"]*)"`, 's').exec(text);
  const chosen = new RegExp(`<select id="${field}".*?<option value="([^"]*)"[^>]* selected`, 's').exec(text);
  return unescaped((typed ?? chosen)?.[1]) ?? '';
};

/** What is said of the whole form. */
export const notice = ({ text }: Page): string | undefined =>
  unescaped(/<p class="notice bad">([^<]*)</.exec(text)?.[1]);

export const csrfOf = (page: Page): string => hiddenOf(page)['_csrf'] ?? '';

/** The hidden fields of the page's form. */
export function hiddenOf({ text }: Page): Record<string, string> {
  const inputs = text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries([...inputs].map(([, name = '', value]) => [name, unescaped(value) ?? '']));
}

/** Where the page's form is sent. */
export function addressOf({ text, url }: Page): string {
  return new URL(unescaped(/<form[^>]*action="([^"]+)"/.exec(text)?.[1]) ?? url, url).href;
}

/** Sends a body as it is, which no form would, from this browser. */
export async function sendRaw(
  agent: UserAgent,
  url: string,
  body: string,
  type = 'application/x-www-form-urlencoded',
): Promise<Page> {
  const cookie = await agent.jar.getCookieString(url);
  const headers = { cookie, accept: 'text/html', 'content-type': type };
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', body, headers });
  const location = answer.headers.get('location') ?? undefined;
  return { status: answer.status, url, headers: answer.headers, text: await answer.text(), location };
}

const SIGNS: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };

function unescaped(html: string | undefined): string | undefined {
  return html?.replace(/&(?:#(x?[\da-f]+)|(\w+));/gi, (entity, code, name) =>
    code ? String.fromCodePoint(Number(code.replace(/^x/i, '0x'))) : (SIGNS[name] ?? entity),
  );
}
