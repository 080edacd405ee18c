import assert from 'node:assert/strict';
import { exportJWK, generateKeyPair } from 'jose';
import { type Configuration, Provider } from 'oidc-provider';
import type { ClientMetadata } from '../../../src/clients/index.ts';
import { knowClients } from '../../../src/oidc/known-clients.ts';

describe('a client, as the engine knows it', () => {
  const ids = Array.from({ length: 150 }, (_, place) => `client-${place}`);
  const registered = (client_id: string, more: object = {}): ClientMetadata => ({
    ...{
      client_id,
      client_secret: 's'.repeat(32),
      id_token_signed_response_alg: 'ES256',
      redirect_uris: ['https://app.example.com/cb'],
    },
    ...more,
  });
  let jwks: { keys: object[] };
  let stored: Map<string, ClientMetadata>;
  let provider: Provider;

  before(async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    jwks = { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256' }] };
  });

  beforeEach(() => {
    stored = new Map(ids.map((id) => [id, registered(id)]));
    const clients = { find: async (id: string) => stored.get(id), forget: () => undefined };
    const adapter = { find: (id: string) => clients.find(id) };
    const features = { devInteractions: { enabled: false } };
    provider = new Provider('https://id.example.com', {
      adapter: (() => adapter) as never,
      jwks,
      features,
    } as Configuration);
    knowClients(provider, clients);
  });

  it('is the same one as long as its registration is, of however many', async () => {
    const first = await Promise.all(ids.map((id) => provider.Client.find(id)));
    assert.deepEqual(
      first.map((client) => client?.clientId),
      ids,
    );
    for (const [place, id] of ids.entries()) assert.equal(await provider.Client.find(id), first[place]);
  });

  it('is another once its registration is another, and nobody once it has none', async () => {
    const before = await provider.Client.find('client-0');
    stored.set('client-0', registered('client-0', { client_name: 'Renamed' }));
    const after = await provider.Client.find('client-0');
    assert.deepEqual([before?.['clientName'], after?.['clientName']], [undefined, 'Renamed']);
    stored.delete('client-0');
    assert.equal(await provider.Client.find('client-0'), undefined);
  });

  it('is nobody for what is no id', async () => {
    for (const id of ['', undefined, 7]) assert.equal(await provider.Client.find(id as never), undefined);
  });
});
