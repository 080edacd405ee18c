import assert from 'node:assert/strict';
import { checkStatusLists, createVerifier, followRevocations, type Verifier } from '../../../src/verifier/index.ts';
import { SECRET } from '../../support/declaration.ts';
import { expectInvariants } from '../../support/invariants.ts';
import { at, closePair, type Pair, startPair } from '../../support/pair.ts';
import { refused } from '../../support/refusals.ts';
import { assessmentDeclaration, type Sitting, Sittings } from '../../support/sittings.ts';
import { until } from '../../support/until.ts';
import type { UserAgent } from '../../support/user-agent.ts';

const API = 'https://api.example.com';
const REQUEST = { resource: API, scope: 'openid assessment orders:read' };

describe('a candidate’s tokens, when their session ends early', () => {
  let sittings: Sittings;
  let pair: Pair;
  /** An API's, that goes by the list of what has ended. */
  let following: Verifier;

  before(async () => {
    pair = await startPair({}, { yaml: assessmentDeclaration });
    sittings = new Sittings(pair[0]);
    const { issuer } = sittings;
    const revocations = followRevocations({ issuer, clientId: 'operator', clientSecret: SECRET });
    following = createVerifier({ issuer, audience: API, revocations });
    await following.ready();
  });
  after(async () => {
    following.close();
    await expectInvariants(pair[0].db);
    await closePair(pair);
  });

  const started = async (members = {}): Promise<Sitting> => {
    const session = await sittings.session(members);
    await sittings.step(session.id, 'start');
    return session;
  };
  const isActive = async (token: string, node = sittings.party) =>
    (await node.post('/oauth2/introspect', { token }, { id: 'assess' })).body.active as boolean;
  const read = async (token: string, session: Sitting) =>
    (await sittings.asCandidate(token, 'GET', `/v1/sessions/${session.id}`)).status;
  /** Another API's, that goes by status lists and begins just now. */
  const isRefusedByStatus = async (token: string) => {
    const revocations = checkStatusLists({ issuer: sittings.issuer });
    const reading = createVerifier({ issuer: sittings.issuer, audience: API, revocations });
    await refused(reading.verify(token), 'token_revoked').finally(() => reading.close());
  };
  const isRefused = async (token: string) => {
    assert.equal(await isActive(token), false, 'by introspection, at once');
    await until('by the list', async () =>
      following.verify(token).then(
        () => false,
        () => true,
      ),
    );
    await refused(following.verify(token), 'token_revoked');
    const elsewhere = at(sittings.party, pair[1]);
    await until('by another node', async () => !(await isActive(token, elsewhere)), 5000);
    await isRefusedByStatus(token);
  };
  const tokensFor = async (agent: UserAgent): Promise<string> => (await sittings.tokens(agent, REQUEST)).access_token;

  const submitted = async (agent: UserAgent, { id }: Sitting) => {
    const { access_token } = await sittings.apiTokens(agent);
    const answer = await sittings.asCandidate(access_token, 'POST', `/v1/sessions/${id}/transitions`, {
      event: 'submit',
    });
    assert.equal(answer.status, 200);
  };
  const ends: Record<string, (agent: UserAgent, session: Sitting) => Promise<void>> = {
    'it was handed in by a service': (_agent, { id }) => sittings.step(id, 'submit'),
    'they have handed it in': submitted,
    'it was ended by a service': (_agent, { id }) => sittings.step(id, 'terminate'),
    '[33] they were taken out': (_agent, session) => sittings.deactivate(session.candidate_id),
  };
  for (const [what, end] of Object.entries(ends))
    it(`are refused by every other API at once: ${what}`, async () => {
      const session = await started({ devices: 'several' });
      const devices = [await sittings.come(session), await sittings.come(session)] as const;
      const tokens = await Promise.all(devices.map(tokensFor));
      const { refresh_token } = await sittings.tokens(devices[0], REQUEST);
      tokens.push((await sittings.refresh(refresh_token)).body.access_token);
      for (const token of tokens) {
        assert.equal(await isActive(token), true);
        await following.verify(token);
      }
      await end(devices[0], session);
      for (const token of tokens) await isRefused(token);
    });

  it('that are issued by the first grant while the end waits for its turn are refused, too', async () => {
    const { db } = pair[0];
    const session = await started();
    const agent = await sittings.come(session);
    const holding = await db.transaction();
    await holding('assessment_sessions').where({ id: session.id }).forUpdate().first('id');
    const ending = sittings.step(session.id, 'submit');
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await until('it waits', async () => (await db.raw(waiting)).rows.length > 0);
    const token = await tokensFor(agent);
    await holding.commit();
    await ending;
    assert.equal(await isActive(token), false);
  });

  it('are not told to be good any more by introspection, where they are stored', async () => {
    const session = await started();
    const agent = await sittings.come(session);
    const { access_token, refresh_token } = await sittings.tokens(agent);
    assert.equal(access_token.includes('.'), false);
    for (const token of [access_token, refresh_token]) assert.equal(await isActive(token), true);
    await sittings.step(session.id, 'submit');
    for (const token of [access_token, refresh_token]) assert.equal(await isActive(token), false);
  });

  it('of another session of theirs stay good, and so do those of one that goes on', async () => {
    const session = await started();
    const other = await sittings.call('POST', `/v1/candidates/${session.candidate_id}/sessions`, { assessment: 'b' });
    const kept = await tokensFor(await sittings.come(other.body as unknown as Sitting));
    const agent = await sittings.come(session);
    const token = await tokensFor(agent);
    await sittings.step(session.id, 'pause');
    await sittings.step(session.id, 'resume');
    assert.equal(await isActive(token), true);
    await sittings.step(session.id, 'terminate');
    await isRefused(token);
    assert.equal(await isActive(kept), true);
    await following.verify(kept);
  });

  it('still read at /v1 how it ended, until they are revoked', async () => {
    const session = await started();
    const agent = await sittings.come(session);
    const { access_token, refresh_token } = await sittings.apiTokens(agent);
    await sittings.step(session.id, 'submit');
    await until('it is on the list', async () => !(await isActive(access_token)));
    assert.equal(await read(access_token, session), 200);
    const answer = await sittings.party.post('/oauth2/revoke', { token: refresh_token }, { id: 'assess' });
    assert.equal(answer.status, 200);
    assert.equal(await read(access_token, session), 401);
  });

  it('read nothing that ended after they were revoked', async () => {
    const session = await started();
    const agent = await sittings.come(session);
    const { access_token, refresh_token } = await sittings.apiTokens(agent);
    await sittings.party.post('/oauth2/revoke', { token: refresh_token }, { id: 'assess' });
    await sittings.step(session.id, 'submit');
    assert.equal(await read(access_token, session), 401);
  });
});
