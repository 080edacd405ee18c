import type { Agent } from 'node:http';
import { RelyingParty } from '../support/relying-party.ts';
import { BenchBrowser, type Reply } from './browser.ts';

/** A sign-in page that is open in a browser of its own: the form can be sent, more than once while it is wrong. */
export interface OpenForm {
  send(email: string, password: string): Promise<Reply>;
}

/** Goes as far as the sign-in form, at a first-party application that has nothing to ask. */
export async function openForm(base: string, agent: Agent): Promise<OpenForm> {
  const browser = new BenchBrowser(base, agent);
  const url = new URL(new RelyingParty(base).authorizeUrl({ client_id: 'own', scope: 'openid email' }));
  const redirect = await browser.get(url.pathname + url.search);
  const path = new URL(redirect.location, base).pathname;
  const page = await browser.get(path);
  const csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1];
  if (!csrf) throw new Error(`no sign-in form at ${path}: ${redirect.status}, ${page.status}`);
  return {
    send: (email, password) => browser.post(path, String(new URLSearchParams({ _csrf: csrf, email, password }))),
  };
}

/** So many of them, a few at a time. */
export async function openForms(base: string, agent: Agent, count: number): Promise<OpenForm[]> {
  const forms: OpenForm[] = [];
  while (forms.length < count) {
    const some = Array.from({ length: Math.min(8, count - forms.length) }, () => openForm(base, agent));
    forms.push(...(await Promise.all(some)));
  }
  return forms;
}
