import assert from 'node:assert/strict';
import { type IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { MtlsSettings } from '../../../src/config/index.ts';
import { certificateReader } from '../../../src/http/index.ts';
import { clientCert, escapedPem, impostor, shop } from '../../support/certificates.ts';

const settings: MtlsSettings = {
  certificateHeader: 'x-client-cert',
  certificateFormat: 'pem',
  verifyHeader: 'x-client-verify',
  verifyValue: 'SUCCESS',
  origin: undefined,
};

/** What is read of a request from an address, by which headers; an array is the same header several times. */
function read(
  headers: Record<string, string | string[]>,
  changes: Partial<MtlsSettings> = {},
  { from = '10.0.0.1' as string | null, trustProxy = ['10.0.0.0/8'] } = {},
) {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: from ?? undefined });
  const req = new IncomingMessage(socket);
  const entries = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const);
  Object.defineProperty(req, 'headersDistinct', { value: Object.fromEntries(entries) });
  req.headers = headers as IncomingHttpHeaders;
  return certificateReader({ mtls: { ...settings, ...changes }, trustProxy })({ req });
}

describe('a client’s certificate', () => {
  const sent = { 'x-client-cert': escapedPem(shop) };
  const serial = shop.serialNumber;

  it('is read from nginx’s escaped PEM, from RFC 9440 and bare base64, and from Envoy', () => {
    assert.equal(read(sent)?.certificate.serialNumber, serial);
    for (const value of [clientCert(shop), shop.raw.toString('base64')]) {
      assert.equal(read({ 'x-client-cert': value }, { certificateFormat: 'der' })?.certificate.serialNumber, serial);
    }
    const xfcc = `By=spiffe://a;Hash=0a1b;Cert="${escapedPem(shop)}";Subject="CN=\\"a, b\\";Cert=x";URI=`;
    assert.equal(read({ 'x-client-cert': xfcc }, { certificateFormat: 'xfcc' })?.certificate.serialNumber, serial);
  });

  it('is verified where the proxy says so, in the very word that was set', () => {
    const verified = (headers: Record<string, string | string[]>, changes: Partial<MtlsSettings> = {}) =>
      read({ ...sent, ...headers }, changes)?.verified;
    assert.equal(verified({ 'x-client-verify': 'SUCCESS' }), true);
    for (const value of ['FAILED:self-signed certificate', 'NONE', 'success', '', 'SUCCESS, SUCCESS']) {
      assert.equal(verified({ 'x-client-verify': value }), false, value);
    }
    assert.equal(verified({ 'x-client-verify': ['SUCCESS', 'SUCCESS'] }), false);
    assert.equal(verified({}), false);
    assert.equal(verified({ 'x-client-verify': 'SUCCESS' }, { verifyHeader: undefined }), false);
    assert.equal(verified({ 'x-client-verify': '0' }, { verifyValue: '0' }), true);
  });

  it('counts from trusted proxies alone, by the address that called', () => {
    assert.ok(read(sent, {}, { from: '::ffff:10.1.2.3' }));
    for (const from of ['11.0.0.1', '::1', '127.0.0.1', null]) {
      assert.equal(read({ ...sent, 'x-forwarded-for': '10.0.0.1' }, {}, { from }), undefined, String(from));
    }
    assert.equal(read(sent, {}, { trustProxy: [] }), undefined);
    assert.equal(certificateReader({ mtls: undefined, trustProxy: ['10.0.0.0/8'] })({} as never), undefined);
  });

  it('is none where there are two: the proxy did not write over what the caller sent', () => {
    const [one, other] = [escapedPem(shop), escapedPem(impostor)];
    assert.equal(read({ 'x-client-cert': [one, other] }), undefined);
    assert.equal(read({ 'x-client-cert': `${one}, ${other}` }), undefined);
    assert.equal(read({ 'x-client-cert': one + other }), undefined);
    const elements = `Cert="${one}",Cert="${other}"`;
    assert.equal(read({ 'x-client-cert': elements }, { certificateFormat: 'xfcc' }), undefined);
  });

  it('is none in another format, cut, empty or made up', () => {
    for (const value of [
      '',
      '(null)',
      '%',
      '%%%',
      clientCert(shop),
      escapedPem(shop).slice(0, -40),
      'x'.repeat(9000),
    ]) {
      assert.equal(read({ 'x-client-cert': value }), undefined, value.slice(0, 20));
    }
    for (const value of ['', '::', ':AAAA:', escapedPem(shop), `${clientCert(shop)}x`]) {
      assert.equal(read({ 'x-client-cert': value }, { certificateFormat: 'der' }), undefined, value.slice(0, 20));
    }
    for (const value of ['', 'Cert=', 'Cert=""', escapedPem(shop), `Subject="Cert=";Hash="${escapedPem(shop)}"`]) {
      assert.equal(read({ 'x-client-cert': value }, { certificateFormat: 'xfcc' }), undefined, value.slice(0, 20));
    }
    const key = encodeURIComponent(shop.publicKey.export({ type: 'spki', format: 'pem' }).toString());
    assert.equal(read({ 'x-client-cert': key }), undefined);
  });
});
