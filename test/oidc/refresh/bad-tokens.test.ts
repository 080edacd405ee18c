import assert from 'node:assert/strict';
import { SECRET } from '../../support/declaration.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const web = { id: 'web' };
const OFFLINE = { client_id: 'web', scope: 'openid offline_access', prompt: 'consent' };
const REFUSED = [400, { error: 'invalid_grant', error_description: 'grant request is invalid' }];
const UNREAD = [400, { error: 'invalid_request', error_description: 'failed to parse the request body' }];

describe('a refresh token that is none of ours', () => {
  let server: TestServer;
  let party: RelyingParty;
  let [token, spent]: string[] = [];
  before(async () => {
    server = await startServer();
    party = new RelyingParty(server.issuer);
    const { tokens } = await obtainTokens(party, OFFLINE);
    spent = tokens['refresh_token'] ?? '';
    token = String((await refresh(spent)).body.refresh_token);
  });
  after(() => server.close());
  afterEach(async () => {
    assert.equal((await post('introspect', { token: token ?? '' })).body.active, true, 'nothing else ended');
    assert.equal(await server.db('events').where({ type: 'identity.token.revoked.v1' }).first(), undefined);
  });

  const post = (path: string, parameters: Record<string, string>) => party.post(`/oauth2/${path}`, parameters, web);
  const refresh = (refresh_token: string) => post('token', { grant_type: 'refresh_token', refresh_token });
  /** What the three endpoints say that take one. */
  async function saidOf(value: string) {
    const answers = [
      await refresh(value),
      await post('introspect', { token: value, token_type_hint: 'refresh_token' }),
      await post('revoke', { token: value, token_type_hint: 'refresh_token' }),
    ];
    return answers.map(({ status, body }) => [status, body]);
  }
  /** With another character in this place. */
  const bent = (value: string, at: number) =>
    value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1);

  it('is refused, inactive, and revoked without a word, when it is cut, bent, lengthened, or as long as a form may be', async () => {
    for (const [which, value = ''] of [
      ['live', token],
      ['used', spent],
    ]) {
      for (const [what, bad] of Object.entries({
        'its first half': value.slice(0, value.length / 2),
        'without its last character': value.slice(0, -1),
        'without its first character': value.slice(1),
        'another first character': bent(value, 0),
        'another character inside': bent(value, 20),
        'another last character': bent(value, value.length - 1),
        'in another case': value.toUpperCase(),
        'one character more': `${value}A`,
        'a line more': `${value}\n`,
        'an end more': `${value}\0`,
        twice: value + value,
        '50 KB': value + 'A'.repeat(50_000),
      }))
        assert.deepEqual(await saidOf(bad), [REFUSED, [200, { active: false }], [200, {}]], `${which}: ${what}`);
    }
  });

  it('is not even read when it is 100 KB long', async () => {
    for (const value of [token, spent])
      assert.deepEqual(await saidOf(value + 'A'.repeat(100_000)), [UNREAD, UNREAD, UNREAD]);
  });

  it('is of no use to a client whose secret is not right, and neither is a good one', async () => {
    const wrong = { id: 'confidential', secret: `${SECRET}.` };
    for (const value of [token ?? '', bent(token ?? '', 20)])
      for (const path of ['introspect', 'revoke']) {
        const { status, body } = await party.post(`/oauth2/${path}`, { token: value }, wrong);
        assert.deepEqual([status, body.error], [401, 'invalid_client'], path);
      }
  });
});
