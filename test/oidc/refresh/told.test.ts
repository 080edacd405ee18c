import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { mailsTo, newestMail } from '../../support/demo.ts';
import { obtainTokens, RelyingParty, secretOf } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';

const SUBJECT = 'We signed you out of an application';

describe('[9] a refresh token that two have used', function () {
  this.timeout(40_000);
  let server: TestServer;
  let clock: TestClock;
  let party: RelyingParty;
  before(async () => {
    clock = new TestClock();
    server = await startServer({ jobs: true, clock });
    party = new RelyingParty(server.issuer);
  });
  after(() => server.close());

  /** Somebody’s refresh token is used, and comes again so many seconds later, for less. @returns their address */
  async function usedTwice(id: string, seconds: number): Promise<string> {
    const request = { client_id: id, scope: 'openid email offline_access', prompt: 'consent' };
    const { tokens, client } = await obtainTokens(party, request);
    const { refresh_token = '', id_token = '' } = tokens;
    const refresh = (extra: Record<string, string>) =>
      party.token({ grant_type: 'refresh_token', refresh_token, ...extra }, { ...client, secret: secretOf(id) });
    assert.equal((await refresh({})).status, 200);
    clock.advance(seconds);
    const { status, body } = await refresh({ scope: 'openid' });
    assert.deepEqual([status, body.error], [400, 'invalid_grant']);
    return (
      await server
        .db('users')
        .where({ id: decodeJwt(id_token).sub })
        .first('email')
    ).email;
  }

  it('is told to its person by a mail, where a public client had it, and came too late', async () => {
    const [soon, kept] = [await usedTwice('web', 9), await usedTwice('confidential', 10)];
    const stolen = await usedTwice('web', 10);
    const { text, links } = await newestMail(server.issuer, stolen, SUBJECT);
    assert.ok(text.includes('Web shop') && text.includes(stolen), text);
    assert.deepEqual(links, [`${server.issuer}/account/sessions`]);
    const told = async (address: string) =>
      (await mailsTo(server.issuer, address)).filter(({ subject }) => subject.startsWith(SUBJECT));
    assert.deepEqual([(await told(stolen)).length, await told(soon), await told(kept)], [1, [], []]);
  });
});
