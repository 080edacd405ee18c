import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PASSWORD_MIN } from '../../src/accounts/index.ts';
import type { Locals, PageName } from '../../src/http/pages.ts';
import { createRenderer } from '../../src/http/render.ts';
import { type Locale, type Words, wordsIn } from '../../src/i18n/index.ts';
import { back, common, fullPages, mail } from './page-fixtures.ts';

type Change = { [Name in PageName]: { readonly page: Name; readonly locals: Partial<Locals<Name>> } }[PageName];

/** What is on pages besides what is always there: by a name of its own, in the words of the language. */
const states = ({ t, day }: Words): Readonly<Record<string, Change>> => ({
  'sign-in-no-match': {
    page: 'sign-in',
    locals: { email: 'ada@example.com', errors: { form: t('sign-in.no_match') } },
  },
  'sign-in-empty': {
    page: 'sign-in',
    locals: { errors: { email: t('sign-in.email_missing'), password: t('sign-in.password_missing') } },
  },
  'sign-in-again': { page: 'sign-in', locals: { again: true, email: 'ada@example.com' } },
  'register-errors': {
    page: 'register',
    locals: {
      errors: {
        name: t('problems.name_invalid', { max: 200 }),
        email: t('problems.email_invalid'),
        password: t('problems.password_too_short', { min: 15 }),
        form: t('common.stale_form'),
      },
    },
  },
  'registered-with-way-back': { page: 'registered', locals: { back } },
  'verify-email-wrong-code': {
    page: 'verify-email',
    locals: { sent_again: false, errors: { code: t('verify-email.wrong_code') } },
  },
  'link-invalid-verify': {
    page: 'link-invalid',
    locals: { what: 'verify', at_sign_in: true, next: { href: '/', label: t('sign-in.title') } },
  },
  'link-invalid': {
    page: 'link-invalid',
    locals: { what: 'reset', next: { href: '/', label: t('link-invalid.another_link') } },
  },
  'reset-password-error': { page: 'reset-password', locals: { errors: { password: t('problems.password_common') } } },
  consent: {
    page: 'consent',
    locals: {
      sees: [
        ...(['openid', 'profile', 'email', 'offline_access'] as const).map((scope) => ({
          title: t(`consent.${scope}`),
          reason: t(`consent.${scope}_reason`),
        })),
        {
          title: t('consent.data', { place: 'api.example.com/orders' }),
          reason: t('consent.data_reason', { scopes: 'orders:read, orders:write' }),
        },
      ],
      cannot: [t('consent.see_password'), t('consent.change_account')],
      account_url: undefined,
    },
  },
  ...Object.fromEntries(
    (['used', 'expired', 'over', 'withdrawn', 'unknown', 'gone'] as const).map((what) => [
      `candidate-closed-${what}`,
      {
        page: 'candidate-closed',
        locals: { heading: t(`candidate-closed.${what}_title`), message: t(`candidate-closed.${what}`) },
      } as const,
    ]),
  ),
  'candidate-resume-error': {
    page: 'candidate-resume',
    locals: { code: 'K7MW-92QF', errors: { code: t('candidate-resume.wrong_code') } },
  },
  'candidate-enter-without-name': {
    page: 'candidate-enter',
    locals: { name: undefined, other: undefined, leaving: false, held: false },
  },
  'keep-account': { page: 'keep-account', locals: { due: day(new Date('2026-12-04')) } },
  'still-signed-in': { page: 'signed-out', locals: { account: 'ada@example.com' } },
  'lost-without-way': { page: 'lost', locals: { back: undefined } },
  error: {
    page: 'error',
    locals: {
      heading: t('problem-page.internal_error_heading'),
      message: t('problem-page.internal_error_message'),
      next: undefined,
      code: 'internal_error',
    },
  },
  mailbox: {
    page: 'mailbox',
    locals: {
      mails: [
        {
          ...mail,
          subject: `${t('mail-verify-email.title')} – Acme Notes`,
          text: t('mail-verify-email.open', { email: mail.to }),
        },
      ],
    },
  },
  'demo-notice': { page: 'demo', locals: { notice: t('demo.sign_in_ended') } },
});

const viewsDir = fileURLToPath(new URL('../../views', import.meta.url));
const renderer = createRenderer({ viewsDir, production: true, passwordMin: PASSWORD_MIN });
const style = `<style>${readFileSync(join(viewsDir, 'assets/gatehouse.css'), 'utf8')}</style>`;
const app = { name: common.app.name, host: common.app.host, accent: common.app.accent };

/** Every page in a language and each of its states, by name: whole documents, for which no server is needed. */
export async function* translatedPages(locale: Locale): AsyncGenerator<readonly [string, string]> {
  const plain = Object.fromEntries(Object.keys(fullPages).map((page) => [page, { page, locals: {} } as Change]));
  for (const [name, { page, locals }] of Object.entries({ ...plain, ...states(wordsIn(locale)) })) {
    if (page === 'api-docs') continue;
    const all = { ...fullPages[page], ...locals, app, locale } as Locals<typeof page>;
    const html = await renderer.page(page, all as never);
    const whole = html.replace(/<link rel="stylesheet"[^>]*>/, style).replace(/<link rel="icon"[^>]*>/, '');
    // What is there for browsers without scripts is looked at, too.
    yield [name, whole.replace(/<\/?noscript>/g, '')];
  }
}
