import assert from 'node:assert/strict';
import { DEMO_SECRET } from '../../../src/config/demo.ts';
import { Api, bearer } from '../../support/api.ts';
import { RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

describe('a candidate who is invited to the demo', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ demo: true });
  });
  after(() => server.close());

  it('sees there who they are and what they came for', async () => {
    const { issuer } = server;
    const [api, agent] = [new Api(issuer), new UserAgent(issuer)];
    const client = { id: 'demo-service', secret: DEMO_SECRET };
    const scope = 'candidates:write sessions:write';
    const ask = { grant_type: 'client_credentials', scope, resource: `${issuer}/v1` };
    const headers = bearer((await new RelyingParty(issuer).token(ask, client)).body.access_token);
    const made = async (path: string, body: object) => (await api.call('POST', path, { body, headers })).body;
    const candidate = await made('/v1/candidates', { name: 'Ada Lovelace' });
    const session = await made(`/v1/candidates/${candidate['id']}/sessions`, { assessment: 'sql-basics' });
    const { url } = await made(`/v1/sessions/${session['id']}/invitations`, { client_id: 'demo-web' });
    const consent = await agent.submit(await agent.open(String(url)), {});
    assert.match(consent.text, /Which assessment you take/);
    const home = await agent.submit(consent, { decision: 'allow' });
    for (const told of ['candidate_id', String(candidate['id']), String(session['id'])])
      assert.ok(home.text.includes(told), `${told} is not on the page:\n${home.text}`);
  });
});
