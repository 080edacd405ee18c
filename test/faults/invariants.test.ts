import assert from 'node:assert/strict';
import { sha256 } from '../../src/kernel/ids.ts';
import { expectInvariants } from '../support/invariants.ts';
import { obtainTokens, RelyingParty } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';

const OFFLINE = { client_id: 'web', scope: 'openid offline_access', prompt: 'consent' };

/** The questions that other tests ask after a fault would be silent if the engine named something otherwise. */
describe('faults: what must hold is missed when it does not', () => {
  let server: TestServer;
  let party: RelyingParty;
  before(async () => {
    server = await startServer();
    party = new RelyingParty(server.issuer);
  });
  after(() => server.close());

  const artifacts = () => server.db('oidc_artifacts');
  /** A family of two rotations beside another of the same grant; its tokens. */
  async function family() {
    const { tokens, agent } = await obtainTokens(party, OFFLINE);
    await refresh((await obtainTokens(party, OFFLINE, agent)).tokens['refresh_token'] ?? '');
    const next = await refresh(tokens['refresh_token'] ?? '');
    return { used: sha256(next), live: await refresh(next) };
  }
  async function refresh(refresh_token: string): Promise<string> {
    const { status, body } = await party.token({ grant_type: 'refresh_token', refresh_token }, { id: 'web' });
    assert.equal(status, 200);
    return body.refresh_token;
  }
  const isMissed = (breach: string) =>
    assert.rejects(expectInvariants(server.db), ({ message }) => message.startsWith(breach));
  const copied = ({ payload, ...row }: Record<string, unknown>) => ({ ...row, payload: JSON.stringify(payload) });

  it('a refresh token has one successor, once it is used', async () => {
    const { used, live } = await family();
    await expectInvariants(server.db);
    const twin = {
      ...copied(
        await artifacts()
          .where({ id: sha256(live) })
          .first(),
      ),
      id: sha256('twin'),
    };
    await artifacts().insert(twin);
    await isMissed('a refresh token with a successor too many');
    await artifacts().where({ id: twin.id }).delete();
    await artifacts().where({ id: used }).update({ consumed_at: null });
    await isMissed('a refresh token with a successor too many');
    await artifacts().where({ id: used }).update({ consumed_at: new Date() });
    await expectInvariants(server.db);
  });

  it('a grant has ended when it is told, and is told when it has ended', async () => {
    const { live } = await family();
    const { grant_id: id } = await artifacts()
      .where({ id: sha256(live) })
      .first();
    const grant = await artifacts().where({ model: 'Grant', id }).first();
    assert.equal((await party.post('/oauth2/revoke', { token: live }, { id: 'web' })).status, 200);
    await expectInvariants(server.db);
    await artifacts().insert(copied(grant));
    await isMissed('a grant that is said to have ended, and has not');
    await artifacts().where({ model: 'Grant', id }).delete();
    await server.db('events').where({ type: 'identity.token.revoked.v1' }).delete();
    await isMissed('a grant that has ended, and nothing that tells of it');
  });
});
