import type { Locals, PageName } from '../../src/http/pages.ts';

/** Where a page's form goes. */
const form = { action: '/interaction/abc', csrf: 'csrf-token' };
/** What every page is given. */
export const common = {
  nonce: 'n0nce',
  locale: 'en' as const,
  correlation_id: '0199-correlation',
  app: {
    name: 'Acme Notes',
    host: 'notes.acme.example',
    logo_uri: 'https://notes.acme.example/logo.png',
    client_uri: 'https://notes.acme.example/',
    accent: '#8a2be2',
  },
};

export const back = { href: 'https://notes.acme.example/', name: 'Acme Notes' };
export const mail = {
  to: 'ada@example.com',
  subject: 'Confirm your address – Acme Notes',
  text: 'Open this link:\n\nhttps://id.example.com/verify?token=1&x=2\n',
  links: ['https://id.example.com/verify?token=1&x=2'],
  sent_at: '2026-11-20T16:30:00.000Z',
};

/** Every page with everything it can show, apart from what goes wrong. */
export const fullPages: { [Name in PageName]: Locals<Name> } = {
  'sign-in': {
    ...common,
    ...form,
    email: '',
    errors: {},
    register_url: '/account/register?interaction=abc',
    forgot_url: '/account/forgot-password?interaction=abc',
    cancel: true,
    again: false,
    resume_url: '/candidate/resume',
  },
  register: { ...common, ...form, name: '', email: '', errors: {}, sign_in_url: '/interaction/abc' },
  registered: { ...common, email: 'ada@example.com' },
  'verify-email': { ...common, ...form, email: 'ada@example.com', errors: {}, sent_again: true },
  'confirm-email': { ...common, ...form, token: 't0ken', errors: {} },
  'email-confirmed': { ...common, back },
  'link-invalid': { ...common, what: 'reset', next: { href: '/account/forgot-password', label: 'Ask for a new link' } },
  'forgot-password': { ...common, ...form, email: '', errors: {}, sign_in_url: '/interaction/abc' },
  'forgot-sent': { ...common, email: 'ada@example.com', sign_in_url: '/interaction/abc' },
  'reset-password': { ...common, ...form, token: 't0ken', errors: {} },
  'password-changed': { ...common, back, sign_in_url: '/interaction/abc' },
  consent: {
    errors: {},
    ...common,
    ...form,
    account: 'ada@example.com',
    sees: [{ title: 'Your e-mail address', reason: 'to write to you' }],
    cannot: ['see your password'],
    account_url: '/account',
  },
  account: {
    ...common,
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    language: 'English',
    notice: 'n0tice',
    sign_out_url: '/oauth2/logout',
  },
  'account-candidate': { ...common, back, sign_in_url: '/account?sign_in' },
  'candidate-enter': {
    ...common,
    ...form,
    token: 't0ken',
    name: 'Ada Lovelace',
    other: 'grace@example.com',
    leaving: true,
    held: true,
    errors: {},
  },
  'candidate-resume': { ...common, ...form, code: '', errors: {} },
  'candidate-closed': { ...common, heading: 'Used', message: 'It works once.', with_code: true, back },
  'candidate-here': { ...common, next: 'https://notes.acme.example/login?iss=x' },
  'account-name': { ...common, ...form, name: 'Ada Lovelace', errors: {} },
  'account-language': { ...common, ...form, chosen: 'de', names: { en: 'English', de: 'Deutsch' }, errors: {} },
  'account-email': { ...common, ...form, current: 'ada@example.com', email: '', errors: {} },
  'account-email-sent': { ...common, email: 'countess@example.com', current: 'ada@example.com' },
  'account-confirm-email': { ...common, ...form, token: 't0ken', errors: {} },
  'account-email-changed': { ...common, email: 'countess@example.com' },
  'account-password': { ...common, ...form, errors: {} },
  'account-sessions': {
    ...common,
    ...form,
    sessions: [
      { id: 'a', device: 'Firefox', signed_in: '1.1.', seen: '2.1.', address: '192.0.2.1', here: true },
      { id: 'b', device: 'Safari', signed_in: '1.1.', seen: '2.1.', address: undefined, here: false },
    ],
    others: 'others',
    everywhere: 'everywhere',
    notice: 'n0tice',
    errors: {},
  },
  'account-applications': {
    ...common,
    ...form,
    applications: [
      { id: 'acme', name: 'Acme Notes', host: 'notes.acme.example', sees: ['n0tes'], since: '4.12.' },
      { id: 'gone', name: 'gone', host: undefined, sees: ['n0tes', 'm0re'], since: '4.12.' },
    ],
    notice: 'n0tice',
    errors: {},
  },
  'account-data': { ...common, ...form, errors: {} },
  'account-delete': { ...common, ...form, account: 'ada@example.com', email: '', days: 14, errors: {} },
  'account-deleted': { ...common, due: '4 December 2026' },
  'keep-account': { ...common, ...form, email: 'ada@example.com', due: '4 December 2026', errors: {} },
  'going-on': {
    ...common,
    form_html: '<form id="op.form" method="post" action="https://notes.acme.example/callback"></form>',
    script_html: '',
  },
  'sign-out': {
    ...common,
    form_html:
      '<form id="op.logoutForm" method="post" action="/oauth2/logout"><input type="hidden" name="xsrf" value="x"/></form>',
    account: 'ada@example.com',
  },
  'signed-out': common,
  error: {
    ...common,
    heading: 'That didn’t work',
    message: 'Go back and try again.',
    next: { href: '/', label: 'Start again' },
    code: 'invalid_request',
  },
  lost: { ...common, back },
  demo: { ...common, start_url: '/demo/start', second_url: '/demo/second', mailbox_url: '/dev/mailbox' },
  'demo-home': {
    ...common,
    csrf: 'csrf-token',
    application: 'Demo',
    claims: { sub: '0199', email: 'ada@example.com', email_verified: false, address: { country: 'GB' } },
    scopes: ['openid', 'email'],
    access_token_expires_at: '2026-11-20T16:30:00Z',
    api: { status: 200, body: '{"ok":true}' },
    refreshed: true,
    urls: { api: '/demo/api', refresh: '/demo/refresh', sign_out: '/demo/sign-out', other_application: '/demo/second' },
  },
  'api-docs': {
    ...common,
    description: 'Branch on `code`.',
    document_url: '/v1/openapi.json',
    callers: [{ name: 'bearer', description: 'An access token' }],
    groups: [
      {
        name: 'Accounts',
        operations: [
          {
            method: 'POST',
            path: '/v1/accounts',
            summary: 'Register',
            description: 'Mails a link.',
            callers: ['bearer'],
            members: [{ name: 'email', type: 'string', required: true, description: 'An address' }],
            answers: [{ status: '202', lines: ['Mailed, with `code`'] }],
          },
        ],
      },
    ],
  },
  mailbox: { ...common, mails: [mail, mail] },
};
