import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ApiAnswer } from '../../support/api.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { assessmentDeclaration, Sittings } from '../../support/sittings.ts';
import { until } from '../../support/until.ts';

const DAY = 86_400;

/** Clients that no candidate can be sent to. */
const yaml = assessmentDeclaration.replace(
  'resources:',
  `  - client_id: paired
    redirect_uris: [https://app.example/callback]
    initiate_login_uri: https://app.example/login
    token_endpoint_auth_method: none
    subject_type: pairwise
    scope: openid assessment
  - client_id: unscoped
    redirect_uris: [https://app.example/callback]
    initiate_login_uri: https://app.example/login
    token_endpoint_auth_method: none
    scope: openid email
resources:`,
);

describe('/v1/sessions/{id}/invitations and resume-code', () => {
  let server: TestServer;
  let sittings: Sittings;

  before(async () => {
    server = await startServer({ yaml, jobs: true });
    sittings = new Sittings(server);
  });
  after(() => server.close());

  const invite = (id: string, body: unknown = { client_id: 'assess' }) =>
    sittings.call('POST', `/v1/sessions/${id}/invitations`, body);
  const code = (id: string, body?: unknown) => sittings.call('POST', `/v1/sessions/${id}/resume-code`, body);
  const mails = async () =>
    (await (await fetch(`${server.issuer}/dev/mailbox.json`)).json()) as {
      to: string;
      subject: string;
      text: string;
    }[];
  const refuses = (answer: ApiAnswer, status: number, problem: string, path?: string) => {
    assert.deepEqual([answer.status, answer.body['code']], [status, problem], JSON.stringify(answer.body));
    const errors = (answer.body['errors'] ?? []) as { path: string }[];
    assert.deepEqual(
      errors.map((error) => error.path),
      path === undefined ? [] : [path],
    );
  };
  const isIn = (answer: ApiAnswer, seconds: number) => {
    const left = (Date.parse(String(answer.body['expires_at'])) - Date.now()) / 1000;
    assert.ok(left <= seconds && left > seconds - 10, `${left}`);
  };

  it('answers with a link that works for a week, or as long as is said', async () => {
    const { id } = await sittings.session();
    const answer = await invite(id);
    assert.equal(answer.status, 201);
    assert.match(String(answer.body['url']), new RegExp(`^${server.issuer}/candidate/enter\\?token=[\\w-]{43}$`));
    isIn(answer, 7 * DAY);
    isIn(await invite(id, { client_id: 'assess', expires_in: 60 }), 60);
  });

  it('answers with a code that works for an hour, or as long as is said', async () => {
    const { id } = await sittings.session();
    await invite(id);
    isIn(await code(id), 3600);
    isIn(await code(id, { client_id: 'editor', expires_in: DAY }), DAY);
  });

  it('mails the link where that is asked for, in the language that is said', async () => {
    const { id } = await sittings.session({}, { email: 'erik@example.com' });
    await invite(id);
    const { body } = await invite(id, { client_id: 'assess', send: true, locale: 'sv' });
    const mail = await until('the mail', async () => (await mails()).find(({ to }) => to === 'erik@example.com'));
    assert.equal(mail.subject, 'Din inbjudan till ett prov – Acme Assess');
    assert.ok(mail.text.includes(String(body['url'])));
    assert.equal((await mails()).filter(({ to }) => to === 'erik@example.com').length, 1);
  });

  it('makes nothing that nobody could be mailed', async () => {
    const { id } = await sittings.session({}, { name: 'No Address' });
    refuses(await invite(id, { client_id: 'assess', send: true }), 422, 'invalid_body', 'send');
    assert.equal((await server.db('invitations').where({ session_id: id })).length, 0);
  });

  it('refuses an application that no candidate could be sent to', async () => {
    const { id } = await sittings.session();
    for (const client_id of ['nobody', 'web', 'paired', 'unscoped', 'operator', '']) {
      refuses(await invite(id, { client_id }), 422, 'invalid_body', 'client_id');
      refuses(await code(id, { client_id }), 422, 'invalid_body', 'client_id');
    }
    refuses(await code(id), 422, 'invalid_body', 'client_id');
  });

  it('refuses bodies that say something else', async () => {
    const { id } = await sittings.session();
    for (const expires_in of [0, -1, 59, 1e12, 1.5, '60'])
      refuses(await invite(id, { client_id: 'assess', expires_in }), 422, 'invalid_body', 'expires_in');
    refuses(await invite(id, { client_id: 'assess', url: 'x' }), 422, 'invalid_body', 'url');
    refuses(await invite(id, { client_id: 'assess', locale: 'tlh' }), 422, 'invalid_body', 'locale');
    refuses(await code(id, { expires_in: DAY + 1 }), 422, 'invalid_body', 'expires_in');
    refuses(await code(id, '{'), 400, 'bad_request');
    assert.equal((await invite(id, {})).status, 422);
  });

  it('invites to no session that is over, and to none that there is not', async () => {
    const [over, inactive] = [await sittings.session(), await sittings.session()];
    await sittings.step(over.id, 'terminate');
    await sittings.deactivate(inactive.candidate_id);
    for (const make of [invite, (id: string) => code(id, { client_id: 'assess' })]) {
      refuses(await make(over.id), 409, 'session_over');
      refuses(await make(inactive.id), 409, 'candidate_inactive');
      refuses(await make(randomUUID()), 404, 'not_found');
      refuses(await make('no-uuid'), 404, 'not_found');
    }
  });
});
