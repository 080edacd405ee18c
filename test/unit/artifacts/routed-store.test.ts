import assert from 'node:assert/strict';
import { type ArtifactStore, type Model, routedStore, type Write } from '../../../src/artifacts/index.ts';
import { anId } from '../../support/artifact-contract.ts';

describe('the routed store', () => {
  let log: string[];
  beforeEach(() => {
    log = [];
  });

  const store = (name: string, answer: boolean | Error): ArtifactStore => ({
    find: async (model, key) => void log.push(`${name} find ${model} ${key}`),
    async apply(writes) {
      log.push(`${name} ${writes.map(({ kind }) => kind).join(' ')}`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const routed = (lasting: boolean | Error, fast: boolean | Error) =>
    routedStore(store('postgres', lasting), store('redis', fast));
  const put = (model: Model): Write => ({
    kind: 'put',
    artifact: {
      model,
      id: anId(),
      payload: {},
      accountId: undefined,
      clientId: undefined,
      grantId: undefined,
      uid: undefined,
      userCode: undefined,
      expiresAt: undefined,
    },
  });
  const exchange: Write[] = [
    { kind: 'destroy', model: 'Interaction', id: anId() },
    put('RefreshToken'),
    put('AuthorizationCode'),
    { kind: 'consume', model: 'AuthorizationCode', id: anId() },
    { kind: 'revoke', model: 'AccessToken', grantId: anId() },
  ];

  it('asks the one store that keeps the kind', async () => {
    await routed(true, true).find('AuthorizationCode', 'id', anId());
    await routed(true, true).find('Session', 'uid', anId());
    assert.deepEqual(log, ['redis find AuthorizationCode id', 'postgres find Session uid']);
  });

  it('uses first, then writes what lasts in one go, then what may be lost', async () => {
    assert.equal(await routed(true, true).apply(exchange), true);
    assert.deepEqual(log, ['redis consume', 'postgres put revoke', 'redis destroy put']);
  });

  it('writes nothing when the code was used by somebody else', async () => {
    assert.equal(await routed(true, false).apply(exchange), false);
    assert.deepEqual(log, ['redis consume']);
  });

  it('puts nothing into Redis when a refresh token was used by somebody else', async () => {
    const refresh: Write[] = [{ kind: 'consume', model: 'RefreshToken', id: anId() }, put('AuthorizationCode')];
    assert.equal(await routed(false, true).apply(refresh), false);
    assert.deepEqual(log, ['postgres consume']);
  });

  it('gives no code out whose session PostgreSQL did not take', async () => {
    await assert.rejects(routed(new Error('no connection'), true).apply([put('AuthorizationCode'), put('Session')]));
    assert.deepEqual(log, ['postgres put']);
  });
});
