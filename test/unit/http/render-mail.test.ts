import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMailRenderer, type MailName } from '../../../src/http/render-mail.ts';
import { LOCALES, type Locale, wordsIn } from '../../../src/i18n/index.ts';

const viewsDir = fileURLToPath(new URL('../../../views', import.meta.url));
const HOSTILE = `"><script>alert('x')</script>&amp;`;
const ESCAPED = '&#34;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;';

const email = 'ada@example.com';
const app = 'Acme Notes';
const link = 'https://id.example.com/page?token=t0ken&interaction=abc';
const reset_link = 'https://id.example.com/account/forgot-password?a=1&b=2';

/** Every mail with everything it can show. */
const full: { [Name in MailName]: Readonly<Record<string, string>> } = {
  'verify-email': { email, link, code: '042137', app },
  'address-taken': { email, reset_link, app },
  'reset-password': { email, link, app },
  'password-changed': { email, reset_link },
  'sign-in-failures': { email, reset_link },
  'token-reused': { email, sessions_link: link, app: 'Acme Notes' },
  invitation: { email, link },
  'candidate-invitation': { app, link, until: '4 December 2026 at 12:00 UTC' },
  'change-email': { email, link },
  'email-changed': { email, link },
  'account-deletion': { email, link, due: '4 December 2026' },
};
const names = Object.keys(full) as MailName[];
const isLink = (name: string): boolean => name.endsWith('link');
const escaped = (words: string): string => words.replaceAll('&', '&amp;');

describe('the mail renderer', () => {
  const render = createMailRenderer({ viewsDir, production: true });
  const mail = (kind: MailName, change: Readonly<Record<string, string>> = {}, locale: Locale = 'en') =>
    render({ kind, locale, locals: { ...full[kind], ...change } });

  it('knows every mail of views/emails', () => {
    const files = readdirSync(join(viewsDir, 'emails'));
    const kinds = files.filter((file) => file.endsWith('.txt.ejs')).map((file) => file.replace('.txt.ejs', ''));
    assert.deepEqual(kinds.sort(), [...names].sort());
    for (const kind of kinds) assert.ok(files.includes(`${kind}.html.ejs`), kind);
  });

  for (const kind of names) {
    describe(kind, () => {
      it('has a subject of one line, that heads its HTML', async () => {
        const { subject, html } = await mail(kind);
        const sender = full[kind]['app'] ?? 'Gatehouse';
        const [, title = ''] = /^([^\n]{10,60}) – [^\n]+$/.exec(subject) ?? assert.fail(subject);
        assert.equal(subject, `${title} – ${sender}`);
        assert.ok(html.includes(`<title>${subject}</title>`));
        assert.match(html, new RegExp(`<h1[^>]*>${title}</h1>`));
      });

      it('says all it is given in both its text and its HTML', async () => {
        const { text, html } = await mail(kind);
        for (const value of Object.values(full[kind])) {
          assert.ok(text.includes(value), value);
          assert.ok(html.replace(/<[^>]+>/g, '').includes(escaped(value)), value);
        }
        for (const part of [text, html]) assert.doesNotMatch(part, /undefined|\[object/);
      });

      it('has every link on a line of its own in the text, and as a link in the HTML', async () => {
        const { text, html } = await mail(kind);
        const links = Object.entries(full[kind]).flatMap(([name, value]) => (isLink(name) ? [value] : []));
        const lines = text.split('\n').filter((line) => line.startsWith('https://'));
        assert.deepEqual(lines, links);
        const targets = [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, target]) => target);
        assert.deepEqual([...new Set(targets)], links.map(escaped));
      });

      it('escapes all it is given in HTML, and nothing in text', async () => {
        const locals = Object.entries(full[kind]).map(([name, value]) => [
          name,
          isLink(name) ? `${value}${HOSTILE}` : HOSTILE,
        ]);
        const { subject, text, html } = await render({ kind, locals: Object.fromEntries(locals) });
        assert.doesNotMatch(html, /<script/i);
        assert.ok(html.includes(ESCAPED));
        for (const [, value = ''] of locals) assert.ok(text.includes(value));
        assert.doesNotMatch(text, /&#|&lt;/);
        if (full[kind]['app']) assert.ok(subject.endsWith(` – ${HOSTILE}`));
      });

      it('bears the name of Gatehouse where there is no application', async () => {
        const { app: _, ...locals } = full[kind] as { app?: string };
        const { subject, text, html } = await render({ kind, locals });
        assert.match(subject, / – Gatehouse$/);
        assert.match(html, /<bdi>Gatehouse<\/bdi>/);
        for (const part of [text, html]) assert.doesNotMatch(part, /Acme|undefined|to\s*(<bdi><\/bdi>)?\./);
      });

      it('loads nothing, tracks nothing, and needs no stylesheet', async () => {
        const { html } = await mail(kind);
        assert.doesNotMatch(html, /<img|<script|<link\b|<form|url\(|@import|\ssrc=|\sbackground=/i);
        assert.match(html, /max-width:560px/);
      });

      it('says why it came and what to do about it, plainly', async () => {
        const { subject, text, html } = await mail(kind);
        assert.match(text, /You get this mail because/);
        assert.match(text, /If (it wasn’t you|you don’t want)/);
        assert.match(text, /\n\nSent by Gatehouse at id\.example\.com\n$/);
        const words = html.replace(/<!doctype html>|<!--.*?-->|<style>.*?<\/style>|<[^>]+>/gs, ' ');
        for (const part of [subject, text, words])
          assert.doesNotMatch(part.replace(/https:\S+/g, ''), /!|'|interaction\b|\bgrant|\bsession/i);
      });

      for (const locale of LOCALES)
        it(`says the same in text and HTML in ${locale}`, async () => {
          const { text, html } = await mail(kind, {}, locale);
          assert.match(html, new RegExp(`<html lang="${locale}">`));
          const body = /<\/h1>(.*)<\/div>/s.exec(html)?.[1] ?? '';
          const said = body
            .replaceAll('<br>', ' ')
            .replace(/<table role="presentation" cellpadding.*?<\/table>|<!--.*?-->|<[^>]+>/gs, '')
            .replaceAll('&amp;', '&')
            .replace(wordsIn(locale).t('mail.or_open'), '');
          assert.deepEqual(sorted(said), sorted(text));
        });

      it('says nothing in another language what it says in English', async () => {
        const lines = async (locale: Locale) => {
          const { subject, text } = await mail(kind, {}, locale);
          return [subject, ...text.split('\n')].filter((line) => /\p{L} \p{L}/u.test(line));
        };
        const english = await lines('en');
        for (const locale of LOCALES.filter((one) => one !== 'en')) {
          const own = await lines(locale);
          assert.equal(own.length, english.length, locale);
          assert.deepEqual(
            own.filter((line) => english.includes(line)),
            [],
            locale,
          );
        }
      });

      it('goes out with all it needs, or not at all', async () => {
        const { app: _, ...needed } = full[kind] as { app?: string };
        for (const name of Object.keys(needed))
          await assert.rejects(mail(kind, { [name]: '' }), { message: `The mail ${kind} needs ${name}` });
      });

      it('links to http and https alone, and keeps what is wrong to itself (security 3)', async () => {
        const wrong = ['javascript:t0ken', '/t0ken', '//t0ken', 'https://', 'https://a.example/ t0ken', 'data:t0ken'];
        for (const name of Object.keys(full[kind]).filter(isLink))
          for (const address of [...wrong, 'https://a.example/\nt0ken'])
            await assert.rejects(mail(kind, { [name]: address }), {
              message: `The mail ${kind} needs an http(s) address as ${name}`,
            });
        await assert.doesNotReject(mail(kind, { reset_link: 'http://localhost:3000/reset' }));
      });
    });
  }

  it('tells who changed a password on the account page that they are still signed in there', async () => {
    const { text } = await mail('password-changed', { elsewhere: 'yes' });
    assert.match(text, /signed out everywhere else/);
    assert.match(text, /somebody knew your password/);
    assert.match((await mail('password-changed')).text, /signed out everywhere\./);
  });

  it('has the code in large spaced digits, on a line of its own in the text', async () => {
    const { text, html } = await mail('verify-email');
    assert.match(text, /\n\n042137\n\n/);
    const [, style = ''] = /<p class="code" style="([^"]*)">042137<\/p>/.exec(html) ?? [];
    assert.match(style, /font-size:28px.*letter-spacing:8px/);
  });

  it('keeps line breaks and turned directions out of names', async () => {
    const { subject, text } = await mail('reset-password', { app: 'Acme\r\nBcc: eve@evil.example\u202e\u2028Notes\t' });
    assert.match(subject, / – Acme Bcc: eve@evil\.example Notes$/);
    assert.ok(text.includes('on the way to Acme Bcc: eve@evil.example Notes.'));
  });

  it('takes an empty name for none', async () => {
    assert.match((await mail('verify-email', { app: ' \n' })).subject, / – Gatehouse$/);
  });

  it('reads mails anew in development, and once in production', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'gatehouse-views-'));
    try {
      cpSync(viewsDir, dir, { recursive: true });
      const [development, production] = [false, true].map((production) =>
        createMailRenderer({ viewsDir: dir, production }),
      );
      const file = join(dir, 'emails/reset-password.txt.ejs');
      writeFileSync(file, `${readFileSync(file, 'utf8')}changed`);
      const one = { kind: 'reset-password', locals: full['reset-password'] } as const;
      assert.match((await development?.(one))?.text ?? '', /changed/);
      assert.doesNotMatch((await production?.(one))?.text ?? 'changed', /changed/);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

/** The words of a mail in an order of their own: the code and links stand elsewhere in HTML. */
function sorted(words: string): string[] {
  return words.split(/\s+/).filter(Boolean).sort();
}
