import assert from 'node:assert/strict';
import { answerOf, newPerson, signIn } from '../../support/people.ts';
import { obtainCode, RelyingParty, secretOf } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const NO_PKCE = { code_challenge: undefined, code_challenge_method: undefined };

describe('PKCE', () => {
  let server: TestServer;
  let party: RelyingParty;
  before(async () => {
    server = await startServer();
  });
  beforeEach(() => {
    party = new RelyingParty(server.issuer);
  });
  after(() => server.close());

  const clientOf = (id: string) => ({ id, secret: secretOf(id) });
  const requestOf = (client_id: string) => ({ client_id, scope: 'openid' });

  const challenges = {
    'no challenge': () => NO_PKCE,
    'a method alone': () => ({ code_challenge: undefined }),
    'an empty challenge': () => ({ code_challenge: '' }),
    plain: () => ({ code_challenge: party.verifier, code_challenge_method: 'plain' }),
    'plain, by its default': () => ({ code_challenge: party.verifier, code_challenge_method: undefined }),
    'a method nobody knows': () => ({ code_challenge_method: 'S512' }),
    'a method in another case': () => ({ code_challenge_method: 's256' }),
    'a challenge that is no SHA-256': () => ({ code_challenge: 'too-short' }),
  };

  for (const id of ['web', 'confidential', 'own']) {
    for (const [label, challenge] of Object.entries(challenges)) {
      it(`[6] refuses ${id} a request with ${label}`, async () => {
        const request = { ...requestOf(id), ...challenge() };
        const page = await new UserAgent(server.issuer).get(party.authorizeUrl(request));
        assert.deepEqual([answerOf(page)['error'], answerOf(page)['code']], ['invalid_request', undefined]);
        const { searchParams } = new URL(party.authorizeUrl(request));
        const pushed = await party.post('/oauth2/par', Object.fromEntries(searchParams), clientOf(id));
        assert.deepEqual([pushed.status, pushed.body.error], [400, 'invalid_request']);
      });
    }

    it(`[6] refuses ${id} a missing verifier, a wrong one, and the challenge in its place`, async () => {
      const { code } = await obtainCode(party, requestOf(id));
      const wrong = new RelyingParty(server.issuer).verifier;
      for (const code_verifier of ['', wrong, party.challenge, `${party.verifier}x`, party.verifier.toLowerCase()]) {
        const { status, body } = await party.exchange(code, clientOf(id), { code_verifier });
        assert.deepEqual([status, body.error], [400, 'invalid_grant'], code_verifier);
      }
      for (const code_verifier of [party.verifier.slice(0, 42), `${party.verifier}\0`, 'v'.repeat(129)]) {
        const { status, body } = await party.exchange(code, clientOf(id), { code_verifier });
        assert.ok(status === 400 && /^invalid_(grant|request)$/.test(body.error), JSON.stringify(body));
      }
      assert.equal((await party.exchange(code, clientOf(id))).status, 200);
    });
  }

  it('[6] lets a client that is exempted do without, and refuses it a verifier that nobody asked for', async () => {
    const lenient = clientOf('lenient');
    const { code } = await obtainCode(party, { ...requestOf('lenient'), ...NO_PKCE });
    const unexpected = await party.exchange(code, lenient);
    assert.deepEqual([unexpected.status, unexpected.body.error], [400, 'invalid_grant']);
    assert.equal((await party.exchange(code, lenient, { code_verifier: '' })).status, 200);
  });

  it('[6] holds a client that is exempted to the challenge it sent', async () => {
    const lenient = clientOf('lenient');
    const { code } = await obtainCode(party, requestOf('lenient'));
    const missing = await party.exchange(code, lenient, { code_verifier: '' });
    assert.deepEqual([missing.status, missing.body.error], [400, 'invalid_grant']);
    assert.equal((await party.exchange(code, lenient)).status, 200);
    for (const challenge of [challenges['plain'], challenges['plain, by its default'], challenges['a method alone']]) {
      const page = await new UserAgent(server.issuer).get(
        party.authorizeUrl({ ...requestOf('lenient'), ...challenge() }),
      );
      assert.equal(answerOf(page)['error'], 'invalid_request');
    }
  });

  it('[6] takes no challenge from the address beside a pushed request that has another', async () => {
    const client = clientOf('confidential');
    const { searchParams } = new URL(party.authorizeUrl(requestOf('confidential')));
    const { body } = await party.post('/oauth2/par', Object.fromEntries(searchParams), client);
    const attacker = new RelyingParty(server.issuer);
    const bent = { client_id: 'confidential', request_uri: body.request_uri, scope: 'openid' };
    const agent = new UserAgent(server.issuer);
    const code = answerOf(await signIn(agent, attacker, bent, await newPerson(server.issuer)))['code'] ?? '';
    assert.ok(code);
    assert.equal((await attacker.exchange(code, client)).body.error, 'invalid_grant');
    assert.equal((await party.exchange(code, client)).status, 200);
  });

  it('[6] says in its discovery document that S256 is the one method', async () => {
    const answer = await fetch(`${server.issuer}/.well-known/openid-configuration`);
    const document = (await answer.json()) as Record<string, unknown>;
    assert.deepEqual(document['code_challenge_methods_supported'], ['S256']);
  });
});
