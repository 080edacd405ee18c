import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locals, PageName } from '../../../src/http/pages.ts';
import { createRenderer, type Renderer, webAddress } from '../../../src/http/render.ts';
import { LOCALES } from '../../../src/i18n/index.ts';
import { back, common, fullPages, mail } from '../../support/page-fixtures.ts';

const viewsDir = fileURLToPath(new URL('../../../views', import.meta.url));
const HOSTILE = `"><script>alert('x')</script>`;

const names = Object.keys(fullPages) as PageName[];
/** For people who write programs: in English, as the document is that it shows. */
const ENGLISH: PageName = 'api-docs';
const faulty = {
  email: 'That isn’t an e-mail address.',
  password: 'That password is too short.',
  code: 'That code doesn’t match.',
  form: 'Try once more.',
};

/** The same locals with every string hostile; what is the engine's alone is trusted as it is. */
function hostile<Value>(value: Value, key = ''): Value {
  if (typeof value === 'string')
    return (['form_html', 'script_html', 'locale'].includes(key) ? value : HOSTILE) as Value;
  if (Array.isArray(value)) return value.map((item) => hostile(item)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hostile(item, name)])) as Value;
}

function tags(html: string, name: string): string[] {
  return html.match(new RegExp(`<${name}\\b[^>]*>`, 'g')) ?? [];
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}

function field(html: string, name: string): string {
  return tags(html, 'input').find((tag) => attribute(tag, 'name') === name) ?? assert.fail(`no field ${name}`);
}

/** The page but for scripts that are files of ours. */
const withoutOurs = (html: string): string =>
  html.replace(/<script src="\/assets\/[a-z-]+\.[0-9a-f]{10}\.js" nonce="[^"]*" defer><\/script>/g, '');

/** What is read between tags. */
const textsOf = (html: string): string[] =>
  html
    .replace(/<title>.*?<\/title>|<script.*?<\/script>|<style.*?<\/style>/gs, '')
    .split(/<[^>]*>/)
    .map((text) => text.replace(/\s+|&#?\w+;/g, ' ').trim())
    .filter((text) => /\p{L}/u.test(text));

/** Words that German or French have, too. */
const SHARED = ['Name', 'Code'];

/** Whether there are words in it that the page was not given, names of claims and the letter of a logo included. */
function isOurs(text: string, name: PageName): boolean {
  const given: readonly string[] = JSON.stringify(fullPages[name]).match(/[\p{L}\p{N}@._-]+/gu) ?? [];
  return text.split(/[^\p{L}\p{N}@._-]+/u).some((word) => word.length > 1 && !given.includes(word));
}

/** A tag by its name and classes: the same page has the same in every language. */
const tagOnly = (tag: string): string => `${/^<\/?\w*/.exec(tag)} ${attribute(tag, 'class') ?? ''}`;

describe('the renderer', () => {
  const renderer = createRenderer({ viewsDir, production: true, passwordMin: 17 });
  const page = <Name extends PageName>(name: Name, change: Partial<Locals<Name>> = {}) =>
    renderer.page(name, { ...fullPages[name], ...change });

  it('knows every file of views/pages', () => {
    const files = readdirSync(join(viewsDir, 'pages')).map((file) => basename(file, '.ejs'));
    assert.deepEqual(files.sort(), [...names].sort());
  });

  for (const name of names) {
    describe(name, () => {
      it('is a whole document with one heading, a title and the stylesheet', async () => {
        const html = await page(name);
        assert.match(html, /^<!doctype html>\n<html lang="en">/);
        assert.match(html, /<title>[^<]{3,} – Acme Notes<\/title>/);
        assert.equal(tags(html, 'h1').length, 1);
        assert.ok(html.includes(`href="${renderer.stylesheetPath}"`));
        assert.match(html, /Secured by Gatehouse/);
        assert.doesNotMatch(html, /undefined|\[object/);
      });

      it('bears the mark of Gatehouse where there is no application', async () => {
        if (name === 'consent') return;
        const html = await page(name, { app: undefined } as Partial<Locals<typeof name>>);
        assert.match(html, /<title>[^<]{3,} – Gatehouse<\/title>/);
        assert.match(html, /<img class="logo" src="\/assets\/mark\.[0-9a-f]{10}\.svg"/);
        assert.doesNotMatch(html, /undefined/);
      });

      it('escapes all it is given', async () => {
        const locals = hostile({ ...fullPages[name], errors: { ...faulty, name: 'x' } });
        const html = await renderer.page(name, locals as Locals<typeof name>);
        assert.doesNotMatch(withoutOurs(html), /<script/i);
        assert.match(html, /&#34;&gt;&lt;script&gt;alert\(&#39;x&#39;\)/);
      });

      it('runs under a nonce policy: no scripts but ours, by nonce; no inline styles, no handlers', async () => {
        const html = await page(name);
        assert.ok(tags(html, 'script').every((tag) => attribute(tag, 'nonce') === 'n0nce'));
        assert.doesNotMatch(withoutOurs(html), /<script|\sstyle=|\son[a-z]+=/);
        assert.deepEqual(tags(html, 'style'), ['<style nonce="n0nce">']);
      });

      it('has at most one primary button', async () => {
        const primary = (await page(name)).match(/class="button primary"/g) ?? [];
        assert.ok(primary.length <= 1);
      });

      it('gives each field a label, and no id twice', async () => {
        const html = await page(name);
        const labels = tags(html, 'label').map((tag) => attribute(tag, 'for'));
        const fields = tags(html, '(?:input|select)').filter((tag) => attribute(tag, 'type') !== 'hidden');
        assert.deepEqual(
          labels,
          fields.map((tag) => attribute(tag, 'id')),
        );
        const ids = html.match(/\sid="[^"]+"/g) ?? [];
        assert.equal(new Set(ids).size, ids.length);
      });

      it('describes fields by what is on the page', async () => {
        const html = await page(name, { errors: { ...faulty, name: 'x' } } as Partial<Locals<typeof name>>);
        const described = tags(html, 'input').flatMap((tag) => attribute(tag, 'aria-describedby')?.split(' ') ?? []);
        for (const id of described) assert.ok(html.includes(`id="${id}"`), id);
      });

      it('is as whole in every language, and in each language its own', async () => {
        const english = textsOf(await page(name));
        const others = name === ENGLISH ? [] : LOCALES.filter((one) => one !== 'en');
        for (const locale of others) {
          const html = await page(name, { locale } as Partial<Locals<typeof name>>);
          assert.match(html, new RegExp(`^<!doctype html>\\n<html lang="${locale}">`));
          assert.doesNotMatch(html, /undefined|\[object/);
          assert.deepEqual(html.match(/<[^>]*>/g)?.map(tagOnly), (await page(name)).match(/<[^>]*>/g)?.map(tagOnly));
          const same = textsOf(html).filter((text) => english.includes(text) && !SHARED.includes(text));
          assert.deepEqual(
            same.filter((text) => isOurs(text, name)),
            [],
            locale,
          );
        }
      });

      it('speaks plainly', async () => {
        const text = (await page(name)).replace(/<!doctype html>|<[^>]+>/g, ' ');
        assert.doesNotMatch(text, /!|interaction\b|\bgrant|\bsession/i);
      });
    });
  }

  it('says at compile time which local is missing', () => {
    // @ts-expect-error a registered page without its address
    const wrong = (): Promise<string> => renderer.page('registered', { nonce: 'n' });
    assert.equal(typeof wrong, 'function');
  });

  describe('sign-in', () => {
    it('tells browsers and password managers what the fields are', async () => {
      const html = await page('sign-in');
      assert.equal(attribute(field(html, 'email'), 'autocomplete'), 'username');
      assert.equal(attribute(field(html, 'email'), 'type'), 'email');
      assert.equal(attribute(field(html, 'password'), 'autocomplete'), 'current-password');
      assert.equal(attribute(field(html, '_csrf'), 'value'), 'csrf-token');
    });

    it('keeps what was typed, and puts the cursor into the first empty field', async () => {
      const empty = await page('sign-in');
      assert.match(field(empty, 'email'), /\sautofocus/);
      const typed = await page('sign-in', { email: 'ada@example.com' });
      assert.equal(attribute(field(typed, 'email'), 'value'), 'ada@example.com');
      assert.doesNotMatch(field(typed, 'email'), /autofocus/);
      assert.match(field(typed, 'password'), /\sautofocus/);
      assert.equal(attribute(field(typed, 'password'), 'value'), undefined);
    });

    it('puts the cursor into a faulty field before an empty one', async () => {
      const html = await page('sign-in', { email: 'ada', errors: { email: faulty.email } });
      assert.match(field(html, 'email'), /\sautofocus/);
      assert.equal(html.match(/autofocus/g)?.length, 1);
    });

    it('marks faulty fields, and sums them up in a live region', async () => {
      const html = await page('sign-in', { errors: faulty });
      for (const name of ['email', 'password'] as const) {
        assert.equal(attribute(field(html, name), 'aria-invalid'), 'true');
        assert.equal(attribute(field(html, name), 'aria-describedby'), `${name}-error`);
        assert.ok(html.includes(`id="${name}-error">${faulty[name]}<`));
      }
      const region = /<div role="alert">(.*?)<\/div>/s.exec(html)?.[1] ?? '';
      for (const message of Object.values(faulty)) assert.ok(region.includes(message), message);
    });

    it('marks nothing while nothing is wrong', async () => {
      const html = await page('sign-in');
      assert.doesNotMatch(html, /aria-invalid|aria-describedby/);
      assert.match(html, /<div role="alert">\s*<\/div>/);
    });

    it('offers the way back, after the button that the Enter key presses', async () => {
      const html = await page('sign-in');
      const back =
        '<button class="link" type="submit" name="cancel" value="yes" formnovalidate>Back to Acme Notes</button>';
      assert.ok(html.indexOf(back) > html.indexOf('<button class="button primary" type="submit">Sign in</button>'));
      assert.doesNotMatch(await page('sign-in', { cancel: false }), /name="cancel"/);
    });

    it('offers to set a new password, where there is a page for it', async () => {
      assert.match(
        await page('sign-in'),
        /<a href="\/account\/forgot-password\?interaction=abc">Forgot your password\?</,
      );
      assert.doesNotMatch(await page('sign-in', { forgot_url: undefined }), /Forgot/);
    });

    it('says why it asks again', async () => {
      assert.match(await page('sign-in', { again: true }), /<h1>Please confirm it’s you<\/h1>/);
    });
  });

  describe('register', () => {
    it('tells browsers and password managers what the fields are', async () => {
      const html = await page('register');
      assert.equal(attribute(field(html, 'name'), 'autocomplete'), 'name');
      assert.equal(attribute(field(html, 'email'), 'autocomplete'), 'username');
      assert.equal(attribute(field(html, 'password'), 'autocomplete'), 'new-password');
      assert.doesNotMatch(field(html, 'name'), /\srequired/);
    });

    it('describes the password by the hint, and by the error in its place', async () => {
      assert.equal(attribute(field(await page('register'), 'password'), 'aria-describedby'), 'password-hint');
      const html = await page('register', { errors: { password: faulty.password } });
      assert.equal(attribute(field(html, 'password'), 'aria-describedby'), 'password-error');
      assert.doesNotMatch(html, /password-hint/);
      assert.match(field(html, 'password'), /\sautofocus/);
    });
  });

  it('says how long a new password has to be as the rules have it, in the hint and to the script', async () => {
    for (const name of ['register', 'account-password', 'reset-password'] as const) {
      const html = await page(name);
      assert.match(html, /At least 17 characters/, name);
      assert.match(html, /data-min="17"\s+data-short="Still short of 17 characters\."/, name);
    }
  });

  describe('verify-email', () => {
    it('says where the mail went, and takes the code of it, however it is typed', async () => {
      const html = await page('verify-email');
      assert.match(html, /We sent a link to <strong>ada@example\.com<\/strong>\. It works for 24 hours\./);
      const code = field(html, 'code');
      assert.equal(attribute(code, 'inputmode'), 'numeric');
      assert.equal(attribute(code, 'autocomplete'), 'one-time-code');
      assert.doesNotMatch(code, /pattern|maxlength/);
    });

    it('confirms where Enter is pressed, and sends again without a code', async () => {
      const [confirm = '', again = ''] = tags(await page('verify-email'), 'button');
      assert.equal(confirm, '<button class="button primary" type="submit">');
      assert.equal(again, '<button class="link" type="submit" name="again" value="yes" formnovalidate>');
    });

    it('says that there is a newer mail only when there is', async () => {
      assert.match(
        await page('verify-email'),
        /role="status">\s*<p class="notice">We send one mail a minute at most\. Use the newest/,
      );
      assert.doesNotMatch(await page('verify-email', { sent_again: false }), /class="notice"/);
    });

    it('marks a wrong code, and says what is wrong', async () => {
      const html = await page('verify-email', { errors: { code: faulty.code } });
      assert.equal(attribute(field(html, 'code'), 'aria-describedby'), 'code-error');
      assert.equal(attribute(field(html, 'code'), 'aria-invalid'), 'true');
      assert.ok(html.includes(`<div role="alert">\n  <p class="unseen">${faulty.code}</p>`));
    });
  });

  it('posts the token of a mail’s link along with the form', async () => {
    for (const name of ['confirm-email', 'reset-password'] as const) {
      const token = field(await page(name), 'token');
      assert.equal(attribute(token, 'type'), 'hidden');
      assert.equal(attribute(token, 'value'), 't0ken');
    }
  });

  it('has one field for a new password, which managers fill with one', async () => {
    const html = await page('reset-password');
    assert.equal(attribute(field(html, 'password'), 'autocomplete'), 'new-password');
    assert.equal(attribute(field(html, 'password'), 'aria-describedby'), 'password-hint');
  });

  it('says how long a link would have worked, and what to do', async () => {
    const next = { href: '/next', label: 'Go on' };
    const reset = await page('link-invalid', { next });
    assert.match(reset, /older than 30 minutes/);
    assert.match(reset, /<a class="button primary" href="\/next">Go on<\/a>/);
    const verify = await page('link-invalid', { what: 'verify', next: undefined });
    assert.match(verify, /older than 24 hours/);
    assert.doesNotMatch(verify, /class="button/);
  });

  it('doesn’t say whether there is an account for an address', async () => {
    assert.match(
      await page('forgot-sent'),
      /If there’s an account for <strong>ada@example\.com<\/strong>, we sent a link/,
    );
  });

  it('leads from a new password to sign-in first, else to the application, else nowhere', async () => {
    const primary = /<a class="button primary" href="([^"]*)"/;
    const either = { sign_in_url: undefined };
    assert.equal(primary.exec(await page('password-changed'))?.[1], '/interaction/abc');
    assert.equal(primary.exec(await page('password-changed', either))?.[1], back.href);
    const neither = await page('password-changed', { ...either, back: undefined });
    assert.doesNotMatch(neither, primary);
    assert.match(neither, /You can close this page/);
  });

  it('tells who confirmed an address where to go on', async () => {
    assert.match(await page('email-confirmed'), /href="https:\/\/notes\.acme\.example\/">Back to Acme Notes</);
    assert.match(await page('email-confirmed', { back: undefined }), /You can close this page/);
  });

  describe('mailbox', () => {
    it('links what mails link to, and opens the first', async () => {
      const html = await page('mailbox');
      assert.equal(html.match(/<a href="https:\/\/id\.example\.com\/verify\?token=1&amp;x=2">/g)?.length, 2);
      assert.deepEqual(tags(html, 'details'), ['<details open>', '<details>']);
      assert.match(html, /<pre>Open this link:\n\nhttps:/);
      assert.match(html, /20 Nov 2026, 16:30:00 UTC/);
    });

    it('says when there is none', async () => {
      assert.match(await page('mailbox', { mails: [] }), /No mail yet/);
    });
  });

  it('gives Allow and Deny equal weight', async () => {
    const buttons = tags(await page('consent'), 'button').map((tag) => tag.replace(/allow|deny/, ''));
    assert.equal(buttons.length, 2);
    assert.equal(buttons[0], buttons[1]);
  });

  it('names the application and its host where it asks for consent', async () => {
    assert.match(await page('consent'), /<bdi>Acme Notes<\/bdi> \(notes\.acme\.example\) will see/);
  });

  it('puts the engine’s form into sign-out, with both buttons bound to it', async () => {
    const html = await page('sign-out');
    assert.ok(html.includes(fullPages['sign-out'].form_html));
    const [out = '', stay = ''] = tags(html, 'button');
    assert.equal(attribute(out, 'name'), 'logout');
    assert.equal(attribute(out, 'value'), 'yes');
    assert.equal(attribute(stay, 'name'), undefined);
    for (const button of [out, stay]) assert.equal(attribute(button, 'form'), 'op.logoutForm');
  });

  it('shows what support needs on an error', async () => {
    assert.match(await page('error'), /<dd>invalid_request<\/dd>.*<dd>0199-correlation<\/dd>/s);
  });

  it('sets the accent only where the application has one, and makes it readable', async () => {
    assert.ok((await page('sign-in')).includes('<style nonce="n0nce">:root{--accent:#8a2be2}</style>'));
    const pale = await page('sign-in', { app: { name: 'Acme', accent: '#ffee00' } });
    assert.doesNotMatch(pale, /#ffee00/);
    assert.match(pale, /--accent:#[0-9a-f]{6}\}/);
    assert.doesNotMatch(await page('sign-in', { app: { name: 'Acme', accent: 'red}' } }), /<style/);
  });

  it('draws a letter where the application has no logo', async () => {
    const html = await page('sign-in', { app: { name: 'émile' } });
    assert.match(html, /<span class="logo letter" aria-hidden="true">É<\/span>/);
  });

  it('leaves out addresses that are none (security 3)', async () => {
    for (const address of ['javascript:alert(1)', '//evil.example', '/\\evil.example', '/\t/evil.example']) {
      const app = { name: 'Acme', logo_uri: address, client_uri: address };
      const next = { href: address, label: 'Next' };
      const html =
        (await page('signed-out', { app })) +
        (await page('lost', { back: { href: address, name: 'Acme' } })) +
        (await page('email-confirmed', { back: { href: address, name: 'Acme' } })) +
        (await page('password-changed', { back: { href: address, name: 'Acme' } })) +
        (await page('link-invalid', { what: 'verify', next })) +
        (await page('mailbox', { mails: [{ ...mail, links: [address] }] })) +
        (await page('error', { next }));
      assert.doesNotMatch(html, /evil|javascript/);
    }
  });

  it('throws where a template names an asset that is not there', async () => {
    await withViews(async (dir) => {
      rmSync(join(dir, 'assets/mark.svg'));
      const broken = createRenderer({ viewsDir: dir, production: false, passwordMin: 15 });
      await assert.rejects(broken.page('signed-out', common), /mark\.svg/);
    });
  });

  it('reads pages anew in development, and once in production', async () => {
    await withViews(async (dir) => {
      const file = join(dir, 'pages/signed-out.ejs');
      const [development, production] = [false, true].map((production) =>
        createRenderer({ viewsDir: dir, production, passwordMin: 15 }),
      );
      writeFileSync(file, 'changed');
      const both = [development, production] as [Renderer, Renderer];
      const [fresh, kept] = await Promise.all(both.map((one) => one.page('signed-out', common)));
      assert.match(fresh ?? '', /changed/);
      assert.doesNotMatch(kept ?? '', /changed/);
    });
  });
});

describe('webAddress', () => {
  it('takes http, https and paths of ours', () => {
    for (const address of ['https://a.example/', 'http://localhost:3000', '/', '/demo?x=1#y'])
      assert.equal(webAddress(address), address);
  });

  it('takes nothing else', () => {
    const others = [
      '',
      'demo',
      'javascript:alert(1)',
      ' javascript:1',
      'data:text/html,x',
      '//a',
      '/\\a',
      '/\n/a',
      'https://',
    ];
    for (const other of [undefined, ...others]) assert.equal(webAddress(other), undefined);
  });
});

async function withViews(use: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'gatehouse-views-'));
  try {
    cpSync(viewsDir, dir, { recursive: true });
    await use(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
