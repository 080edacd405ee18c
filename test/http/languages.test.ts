import assert from 'node:assert/strict';
import { LOCALES, type Locale } from '../../src/i18n/index.ts';
import { declaration } from '../support/declaration.ts';
import { mailsTo } from '../support/demo.ts';
import { signInAt } from '../support/people.ts';
import { consentAt, newEmail, PASSWORD, RelyingParty, registerAt } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { type Page, UserAgent } from '../support/user-agent.ts';

const yaml = declaration.replace('require_verified_email: false', 'require_verified_email: true');
const UNKNOWN = '/interaction/nobody-knows-this-one';

describe('the language of an answer', function () {
  this.timeout(40_000);
  let server: TestServer;
  let party: RelyingParty;
  before(async () => {
    server = await startServer({ yaml, jobs: true });
    party = new RelyingParty(server.issuer);
  });
  after(() => server.close());

  /** Somebody whose browser prefers these languages. */
  const browser = (languages: string) => new UserAgent(server.issuer, { 'accept-language': languages });
  const languageOf = ({ text }: Pick<Page, 'text'>) => /<html lang="([^"]*)"/.exec(text)?.[1];
  const authorize = (more: Record<string, string> = {}) => party.authorizeUrl({ client_id: 'web', ...more });
  const linkOn = (page: Page, path: string) =>
    new RegExp(`href="(${path}[^"]*)"`).exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? assert.fail(page.text);
  const localeOf = async (email: string) => (await server.db('users').where({ email }).first()).locale;

  /** The languages of the mails to somebody, oldest first; waits for `count` of them. */
  async function mailed(email: string, count: number): Promise<(string | undefined)[]> {
    const mails = await until(`${count} mails`, async () => {
      const all = await mailsTo(server.issuer, email);
      return all.length >= count && all;
    });
    return mails.reverse().map(({ html }) => languageOf({ text: html }));
  }

  /** Somebody who registered at the sign-in that `agent` is sent to, and proved the address in another way. */
  async function member(agent: UserAgent, request: Record<string, string> = {}): Promise<string> {
    const email = newEmail();
    const waiting = await registerAt(agent, await agent.open(authorize(request)), email);
    assert.match(waiting.url, /verify-email/);
    await server.db('users').where({ email }).update({ email_verified: true });
    return email;
  }

  /** Somebody whose own language is this, signed in with a browser that prefers another. */
  async function signedIn(own: Locale, languages: string) {
    const [email, agent] = [await member(browser(own)), browser(languages)];
    const consent = await signInAt(agent, await agent.open(authorize()), { email, password: PASSWORD });
    return { email, agent, consent };
  }

  describe('for a stranger', () => {
    it('is what the browser prefers of those we speak', async () => {
      const preferences = {
        de: 'de',
        'de-AT': 'de',
        'fi, ja;q=0.9, fr-CA;q=0.8, en;q=0.1': 'fr',
        'en;q=0.2, es-419': 'es',
        'de;q=0, sv': 'sv',
        'fi, ja': 'en',
        '*': 'en',
        'no such thing;;q=x': 'en',
      };
      for (const [header, locale] of Object.entries(preferences)) {
        const page = await browser(header).open('/account/register');
        assert.equal(languageOf(page), locale, header);
        assert.match(page.headers.get('vary') ?? '', /Accept-Language/);
      }
    });

    it('matters to no answer that says nothing in it', async () => {
      for (const path of ['/.well-known/openid-configuration', '/v1/me', '/v1/openapi.json', '/healthz']) {
        const { headers } = await fetch(`${server.issuer}${path}`, { headers: { 'accept-language': 'de' } });
        assert.doesNotMatch(headers.get('vary') ?? '', /Accept-Language/i, path);
      }
      const { headers } = await fetch(`${server.issuer}/oauth2/token`, { method: 'POST' });
      assert.doesNotMatch(headers.get('vary') ?? '', /Accept-Language/i);
    });

    it('is what the application asks for before that', async () => {
      const asked = { sv: 'sv', 'es-AR': 'es', 'fi pt-BR fr-CA de': 'fr', fi: 'de', '': 'de', '<script>': 'de' };
      for (const [ui_locales, locale] of Object.entries(asked))
        assert.equal(languageOf(await browser('de').open(authorize({ ui_locales }))), locale, ui_locales);
    });

    it('stays on the pages beside the sign-in, in their errors, and when it is lost', async () => {
      const agent = browser('de');
      const signIn = await agent.open(authorize({ ui_locales: 'sv' }));
      const register = await agent.open(linkOn(signIn, '/account/register'));
      const forgot = await agent.open(linkOn(signIn, '/account/forgot-password'));
      const pages = [
        await agent.submit(signIn, { email: '', password: '' }),
        await agent.submit(signIn, { email: newEmail(), password: PASSWORD, _csrf: 'stale' }),
        register,
        await agent.submit(register, { email: 'ada@', password: 'short' }),
        forgot,
        await agent.submit(forgot, { email: newEmail() }),
        await registerAt(agent, signIn),
        await agent.get(UNKNOWN),
      ];
      for (const page of pages) assert.equal(languageOf(page), 'sv', `${page.url}\n${page.text}`);
    });

    it('is that of the sign-in also where a mail’s link is opened elsewhere', async () => {
      const email = newEmail();
      const agent = browser('de');
      await registerAt(agent, await agent.open(authorize({ ui_locales: 'fr' })), email);
      await mailed(email, 1);
      const [mail] = await mailsTo(server.issuer, email);
      assert.equal(languageOf(await browser('es').open(mail?.links[0] ?? '')), 'fr');
    });

    it('is told by the errors of the protocol, too', async () => {
      const agent = browser('de');
      assert.equal(languageOf(await agent.open(authorize({ client_id: 'nobody' }))), 'de');
      assert.equal(languageOf(await agent.open(authorize({ client_id: 'nobody', ui_locales: 'fr' }))), 'fr');
      assert.equal(languageOf(await agent.open('/nowhere')), 'de');
    });

    it('is that of what is said, of errors beside a field, of names of buttons', async () => {
      const agent = browser('de');
      const signIn = await agent.open(authorize());
      assert.match(signIn.text, /<h1>Anmelden<\/h1>/);
      const wrong = await agent.submit(signIn, { email: newEmail(), password: PASSWORD });
      assert.match(wrong.text, /Diese E.Mail-Adresse und dieses Passwort passen nicht zusammen\./);
      const forgot = await agent.open('/account/forgot-password');
      assert.match(
        (await agent.submit(forgot, { email: 'ada@' })).text,
        /Geben Sie eine E.Mail-Adresse wie ada@example/,
      );
      assert.match((await agent.open('/account/reset-password')).text, /Weiteren Link anfordern/);
    });

    it('is that of the page which sends itself on, too', async () => {
      const out = await browser('sv').open('/oauth2/logout');
      assert.equal(languageOf(out), 'sv');
      assert.match(out.text, /<noscript>.*Fortsätt.*<\/noscript>.*<form id="op.form".*document\.forms\[0\]\.submit/s);
      const request = { response_mode: 'form_post', prompt: 'none', ui_locales: 'fr' };
      const back = await browser('sv').open(authorize(request));
      assert.equal(languageOf(back), 'fr');
      assert.match(back.text, /name="error" value="login_required"/);
    });

    it('doesn’t tell whose address was typed (checklist 29)', async () => {
      const email = await member(browser('sv'));
      const agent = browser('de');
      const signIn = await agent.open(authorize({ login_hint: email }));
      const again = await agent.submit(signIn, { email, password: 'not this one' });
      const taken = await registerAt(agent, signIn, email);
      for (const page of [signIn, again, taken]) assert.equal(languageOf(page), 'de', page.url);
    });
  });

  describe('for somebody who is known', () => {
    it('is their own, unless the application asks for another', async () => {
      const { agent, consent } = await signedIn('sv', 'de');
      assert.equal(languageOf(consent), 'sv');
      const confirm = await agent.open(authorize({ prompt: 'login' }));
      assert.equal(languageOf(confirm), 'sv');
      assert.equal(languageOf(await agent.open(linkOn(confirm, '/account/forgot-password'))), 'sv');
      assert.equal(languageOf(await agent.open(authorize({ prompt: 'login', ui_locales: 'fr' }))), 'fr');
      assert.equal(languageOf(await browser('de').open(authorize())), 'de', 'nobody else’s');
    });

    it('stays their own when they sign out, or don’t', async () => {
      const { agent } = await signedIn('es', 'de');
      const asked = await agent.open('/oauth2/logout');
      assert.equal(languageOf(asked), 'es');
      assert.equal(languageOf(await agent.open('/oauth2/logout?ui_locales=sv')), 'sv');
      assert.equal(languageOf(await agent.submit(await agent.open('/oauth2/logout'), {})), 'es');
      const out = await agent.submit(await agent.open('/oauth2/logout?client_id=web'), { logout: 'yes' });
      assert.match(out.url, /logout\/success/);
      assert.equal(languageOf(out), 'es');
    });

    it('is what they registered in, and a claim of theirs', async () => {
      const asked = await member(browser('de'), { ui_locales: 'fr-CH' });
      assert.equal(await localeOf(asked), 'fr');
      const agent = browser('fi, sv-FI;q=0.5');
      const email = await member(agent);
      assert.equal(await localeOf(email), 'sv');
      const consent = await signInAt(agent, await agent.open(authorize()), { email, password: PASSWORD });
      const code = URL.parse((await consentAt(agent, consent)).location ?? '')?.searchParams.get('code') ?? '';
      const { body } = await party.exchange(code, { id: 'web' });
      const headers = { authorization: `Bearer ${body.access_token}` };
      const claims = await (await fetch(`${server.issuer}/oauth2/userinfo`, { headers })).json();
      assert.equal((claims as Record<string, unknown>)['locale'], 'sv');
    });
  });

  describe('of a mail', () => {
    /** Asks to set a new password, in a browser that prefers this, on the way the application asked for that. */
    async function forget(email: string, languages: string, request?: Record<string, string>): Promise<void> {
      const agent = browser(languages);
      const page = request
        ? await agent.open(linkOn(await agent.open(authorize(request)), '/account/forgot-password'))
        : await agent.open('/account/forgot-password');
      assert.equal((await agent.submit(page, { email })).status, 200);
    }

    it('is its reader’s own, whoever asks for it and wherever', async () => {
      const email = await member(browser('sv'));
      await forget(email, 'de', {});
      assert.deepEqual(await mailed(email, 2), ['sv', 'sv']);
      const [{ links: [link = ''] = [] } = {}] = await mailsTo(server.issuer, email);
      const elsewhere = browser('fr');
      await elsewhere.submit(await elsewhere.open(link), { password: `${PASSWORD} again` });
      assert.deepEqual(await mailed(email, 3), ['sv', 'sv', 'sv'], 'that the password changed');
      const stranger = browser('de');
      await registerAt(stranger, await stranger.open(authorize({ ui_locales: 'fr' })), email);
      assert.deepEqual(await mailed(email, 4), ['sv', 'sv', 'sv', 'sv'], 'that somebody tried to register');
    });

    it('is what the application asked for before that', async () => {
      const email = await member(browser('sv'));
      await forget(email, 'de', { ui_locales: 'es' });
      assert.deepEqual(await mailed(email, 2), ['sv', 'es']);
    });

    it('is the browser’s where the reader’s own is not known', async () => {
      const email = await member(browser('sv'));
      await server.db('users').where({ email }).update({ locale: null });
      await forget(email, 'fr');
      assert.deepEqual(await mailed(email, 2), ['sv', 'fr']);
    });

    it('is the same when it is sent again', async () => {
      const email = newEmail();
      const agent = browser('de');
      const waiting = await registerAt(agent, await agent.open(authorize({ ui_locales: 'sv' })), email);
      await mailed(email, 1);
      await server.db('email_proofs').update({ created_at: new Date(0) });
      await agent.submit(waiting, { again: 'yes' });
      assert.deepEqual(await mailed(email, 2), ['sv', 'sv']);
    });
  });

  it('is one of those that the discovery document names', async () => {
    const document = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
    assert.deepEqual((document as Record<string, unknown>)['ui_locales_supported'], LOCALES);
  });
});
