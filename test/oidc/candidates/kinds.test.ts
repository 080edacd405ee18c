import assert from 'node:assert/strict';
import { makePasswordLink } from '../../../src/accounts/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { accountParts, enrol } from '../../support/accounts.ts';
import { bearer } from '../../support/api.ts';
import type { TestServer } from '../../support/server.ts';
import { type Sitting, type Sittings, startSittings } from '../../support/sittings.ts';
import { somebody } from '../../support/somebody.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const ENTER = '/candidate/enter';
const VERIFY = '/account/verify-email';
const RESET = '/account/reset-password';

describe('[14] the link of an invitation, and the links and codes of accounts', () => {
  let server: TestServer;
  let sittings: Sittings;
  let close: () => Promise<void>;
  let session: Sitting;
  let invitation: string;
  let verification: string;
  let reset: string;
  before(async () => {
    ({ server, sittings, close } = await startSittings());
    const parts = accountParts(server.db, systemClock, Buffer.from(server.config.masterKeys[0] ?? []));
    session = await sittings.session();
    invitation = tokenIn(await sittings.invite(session.id));
    verification = (await enrol(parts)).token;
    reset = tokenIn((await makePasswordLink(parts, await somebody(parts)))?.link ?? '');
    for (const token of [invitation, verification, reset]) assert.match(token, /^[\w-]{43}$/);
  });
  after(() => close());

  const tokenIn = (link: string): string => URL.parse(link)?.searchParams.get('token') ?? '';
  /** Sends the form of a page, such as another link would show, with this token. */
  const send = async (path: string, token: string, fields: Readonly<Record<string, string>> = {}): Promise<Page> => {
    const agent = new UserAgent(server.issuer);
    const page = await agent.open('/candidate/resume');
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    return agent.post(path, { _csrf, token, ...fields });
  };
  const says = ({ status, text }: Page, heading: string) => {
    assert.equal(status, 400);
    assert.match(text, new RegExp(`<h1>${heading}</h1>`));
  };

  it('a token that was mailed to prove an address or to set a password lets no candidate in, nor does an application’s code', async () => {
    const agent = await sittings.come(await sittings.session());
    const back = await agent.get(sittings.authorizeUrl());
    const code = URL.parse(back.location ?? '')?.searchParams.get('code') ?? '';
    for (const token of [verification, reset, code]) {
      says(await new UserAgent(server.issuer).open(`${ENTER}?token=${token}`), 'We don’t know this link');
      says(await send(ENTER, token), 'We don’t know this link');
    }
    assert.equal((await sittings.party.exchange(code, { id: 'assess' })).status, 200, 'and stays good for what it is');
  });

  it('an invitation proves no address, and sets no password', async () => {
    says(await send(VERIFY, invitation), 'This link no longer works');
    says(await send(RESET, invitation, { password: 'an entirely different battery' }), 'This link no longer works');
  });

  it('an invitation is no access token', async () => {
    const headers = bearer(invitation);
    for (const address of [`/v1/sessions/${session.id}`, `/v1/candidates/${session.candidate_id}`])
      assert.equal((await sittings.api.call('GET', address, { headers })).status, 401, address);
  });

  it('each is good for what it is, after all of that', async () => {
    assert.equal((await send(ENTER, invitation)).status, 303);
    assert.equal((await send(VERIFY, verification)).status, 200);
    assert.equal((await send(RESET, reset, { password: 'an entirely different battery' })).status, 200);
  });
});
