import assert from 'node:assert/strict';
import { createUser, requestDeletion } from '../../src/accounts/index.ts';
import { catalogue } from '../../src/i18n/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { enter } from '../support/account-page.ts';
import { accountParts, enrol } from '../support/accounts.ts';
import { declaration } from '../support/declaration.ts';
import { addressOf, beside, csrfOf, hiddenOf, notice, sendRaw, typedIn } from '../support/forms.ts';
import { signInAt } from '../support/people.ts';
import { newEmail, PASSWORD, RelyingParty } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { expectUnwritten } from '../support/unwritten.ts';
import { type Page, UserAgent } from '../support/user-agent.ts';

const yaml = declaration.replace('require_verified_email: false', 'require_verified_email: true');
const NEW = 'an entirely different battery';
const REGISTER = '/account/register';

interface Form {
  readonly page: Page;
  readonly fields: Readonly<Record<string, string>>;
}

/** Every form that a stranger reaches, and those of the account page. */
const FORMS = [
  'sign in',
  'register',
  'forgotten password',
  'new password',
  'code from a mail',
  'link from a mail',
  'another name',
  'another address',
  'another password',
  'another language',
  'what is held',
  'deletion',
  'consent',
  'an account that is to be deleted',
  'link to another address',
] as const;
/** Which may be empty: what no browser sends there is not taken for that. */
const OPTIONAL = ['name', 'locale'];
/** Not asked for twice. */
const SECRETS = ['password', 'code'];

describe('bad forms', function () {
  this.timeout(40_000);
  let server: TestServer;
  let agent: UserAgent;
  before(async () => {
    server = await startServer({ yaml });
  });
  beforeEach(() => {
    agent = new UserAgent(server.issuer);
  });
  after(() => server.close());

  const parts = () => accountParts(server.db, systemClock, Buffer.from(server.config.masterKeys[0] ?? []));

  async function open(form: (typeof FORMS)[number]): Promise<Form> {
    const credentials = { email: newEmail(), password: PASSWORD };
    switch (form) {
      case 'sign in': {
        const page = await agent.open(new RelyingParty(server.issuer).authorizeUrl({ client_id: 'web' }));
        return { page, fields: credentials };
      }
      case 'register':
        return { page: await agent.open(REGISTER), fields: { name: 'Ada “Countess” Lovelace', ...credentials } };
      case 'forgotten password':
        return { page: await agent.open('/account/forgot-password'), fields: { email: credentials.email } };
      case 'new password':
        return { page: await agent.open(await resetLink()), fields: { password: NEW } };
      case 'code from a mail':
        return { page: await agent.submit(await agent.open(REGISTER), credentials), fields: { code: '123456' } };
      case 'link from a mail':
        return { page: await agent.open(`/account/verify-email?token=${(await enrol(parts())).token}`), fields: {} };
      case 'another name':
        return { page: await openAccount('/account/name'), fields: { name: 'Ada “Countess” Lovelace' } };
      case 'another address':
        return { page: await openAccount('/account/email'), fields: { email: credentials.email } };
      case 'another password':
        return { page: await openAccount('/account/password'), fields: { password: NEW } };
      case 'another language':
        return { page: await openAccount('/account/language'), fields: { locale: 'de' } };
      case 'what is held':
        return { page: await openAccount('/account/data'), fields: {} };
      case 'deletion':
        return { page: await openAccount('/account/delete', credentials.email), fields: { email: credentials.email } };
      case 'consent':
        return { page: await signInNew(), fields: {} };
      case 'an account that is to be deleted':
        return { page: await signInNew((id) => requestDeletion(parts(), id)), fields: {} };
      case 'link to another address':
        return { page: await agent.open('/account/confirm-email?token=not-a-token'), fields: {} };
    }
  }

  /** A page of their own account, of somebody who has just signed in. */
  async function openAccount(path: string, email = newEmail()): Promise<Page> {
    const person = { email, name: undefined, locale: undefined, emailVerified: true, password: PASSWORD };
    await createUser(parts(), person, 'print');
    return enter(agent, person, path);
  }

  /** What somebody is asked who has just signed in on the way to an application. */
  async function signInNew(prepare: (id: string) => Promise<unknown> = async () => undefined): Promise<Page> {
    const person = { email: newEmail(), name: undefined, locale: undefined, emailVerified: true, password: PASSWORD };
    const created = await createUser(parts(), person, 'print');
    await prepare(('id' in created && created.id) || 'nobody');
    const page = await agent.open(new RelyingParty(server.issuer).authorizeUrl({ client_id: 'web' }));
    return signInAt(agent, page, person);
  }

  async function resetLink(): Promise<string> {
    const person = { email: newEmail(), name: undefined, locale: undefined, emailVerified: true, password: undefined };
    const created = await createUser(parts(), person, 'print');
    const { pathname, search } = new URL(('id' in created && created.link?.link) || 'https://no.link');
    return pathname + search;
  }

  /** Says what is wrong with the page's proof, and is the same form again: as it was filled in, but for secrets. */
  function expectAgain(again: Page, { page, fields }: Form): void {
    assert.ok([400, 422].includes(again.status), `${again.status}`);
    assert.equal(notice(again), catalogue.common.stale_form.en);
    for (const [name, value] of Object.entries(fields))
      assert.equal(typedIn(again, name), SECRETS.includes(name) ? '' : value, name);
    assert.ok(!again.text.includes(PASSWORD) && !again.text.includes(NEW));
    assert.deepEqual(Object.keys(hiddenOf(again)), Object.keys(hiddenOf(page)));
    assert.ok(csrfOf(again), 'it can be sent again');
  }

  for (const name of FORMS) {
    it(`[35] without their proof, or with an old one: ${name}`, async () => {
      const form = await open(name);
      const { _csrf, ...hidden } = hiddenOf(form.page);
      const old = csrfOf(await new UserAgent(server.issuer).open(REGISTER));
      const proofs: Record<string, string>[] = [{}, { _csrf: '' }, { _csrf: old }];
      await expectUnwritten(server.db, async () => {
        for (const proof of proofs)
          expectAgain(await agent.post(addressOf(form.page), { ...hidden, ...form.fields, ...proof }), form);
      });
    });

    it(`of 1 MB: ${name}`, async () => {
      const { page, fields } = await open(name);
      await expectUnwritten(server.db, async () => {
        const answer = await agent.post(addressOf(page), { ...hiddenOf(page), ...fields, more: 'x'.repeat(1_000_000) });
        assert.equal(answer.status, 413);
        assert.ok(answer.text.includes(catalogue['problem-page'].too_large_heading.en));
      });
    });

    it(`that no browser sends: ${name}`, async () => {
      const { page, fields } = await open(name);
      const bodies = oddBodies({ ...hiddenOf(page), ...fields });
      await expectUnwritten(server.db, async () => {
        for (const [what, body, type] of bodies) {
          const answer = await sendRaw(agent, addressOf(page), body, type);
          assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.status}`);
          assert.match(answer.text, /<h1>/, what);
        }
      });
    });

    it(`with lists for texts, and their own proof: ${name}`, async () => {
      const { page, fields } = await open(name);
      // What is hidden is the proof, and the token of a link.
      const { _csrf, ...hidden } = hiddenOf(page);
      const whole = { ...hiddenOf(page), ...fields };
      await expectUnwritten(server.db, async () => {
        for (const [field, value] of Object.entries({ ...fields, ...hidden })) {
          const { [field]: __, ...rest } = whole as Record<string, string>;
          for (const odd of [`${field}[]=${value}`, `${field}=${value}&${field}=${value}`, `${field}[a]=${value}`]) {
            const answer = await sendRaw(agent, addressOf(page), `${new URLSearchParams(rest)}&${odd}`);
            assert.ok([400, 422].includes(answer.status), `${odd}: ${answer.status}`);
            expectTold(answer, field, odd);
          }
        }
      });
    });
  }
});

/** Says what is wrong where it is: beside the field, or of the proof or the link that the page came by. */
function expectTold(answer: Page, field: string, what: string): void {
  if (field === '_csrf') assert.equal(notice(answer), catalogue.common.stale_form.en, what);
  else if (field === 'token') assert.ok(answer.text.includes(`<h1>${catalogue['link-invalid'].title.en}</h1>`), what);
  else if (OPTIONAL.includes(field))
    assert.ok(answer.text.includes(catalogue['problem-page'].bad_request_heading.en), what);
  else assert.ok(beside(answer, field), what);
}

/** Bodies that are no form, or one that is bent: what it is, the body, its type. */
function oddBodies(fields: Readonly<Record<string, string>>): [what: string, body: string, type?: string][] {
  const each = (write: (name: string, value: string) => string) =>
    Object.entries(fields)
      .map(([name, value]) => write(name, value))
      .join('&');
  const json = JSON.stringify(fields);
  return [
    ['empty', ''],
    ['every field twice', each((name, value) => `${name}=${value}&${name}=${value}`)],
    ['every field a list', each((name, value) => `${name}[]=${value}`)],
    ['objects', each((name) => `${name}[toString]=1&${name}[length]=3&${name}[__proto__][a]=b`)],
    ['deep', `email${'[a]'.repeat(1000)}=b`],
    ['many', Array.from({ length: 7000 }, (_, index) => `f${index}=1`).join('&')],
    ['badly encoded', '_csrf=%ZZ&email=%ff%fe&password=%'],
    ['JSON', json, 'application/json'],
    ['JSON, as text', json, 'text/plain'],
    ['several parts', '--x--', 'multipart/form-data; boundary=x'],
    ['XML', '<a/>', 'application/xml'],
    ['of no type', json, ''],
  ];
}
