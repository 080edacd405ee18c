import assert from 'node:assert/strict';
import { subjectMatches } from '../../../src/oidc/certificate-subject.ts';
import { impostor, multi, shop } from '../../support/certificates.ts';

type Property = Parameters<typeof subjectMatches>[1];

describe('a certificate’s names', () => {
  const right: [typeof shop, Property, string][] = [
    [shop, 'tls_client_auth_subject_dn', 'CN=shop,O=Ex\u00e4mple\\, Inc. \\+ Co,C=SE'],
    [shop, 'tls_client_auth_subject_dn', 'cn=shop, 2.5.4.10=Ex\\C3\\A4mple\\2C Inc. \\2B Co, c=SE'],
    [multi, 'tls_client_auth_subject_dn', 'emailAddress=ops@shop.example,CN=shop+serialNumber=7,C=SE'],
    [shop, 'tls_client_auth_san_dns', 'shop.example'],
    [shop, 'tls_client_auth_san_dns', 'SHOP.example'],
    [shop, 'tls_client_auth_san_uri', 'https://shop.example/a'],
    [shop, 'tls_client_auth_san_ip', '192.0.2.7'],
    [shop, 'tls_client_auth_san_ip', '2001:db8::7'],
    [shop, 'tls_client_auth_san_ip', '2001:DB8:0:0::7'],
    [shop, 'tls_client_auth_san_email', 'ops@shop.example'],
    [impostor, 'tls_client_auth_san_uri', 'urn:x, DNS:shop.example'],
  ];
  for (const [certificate, property, expected] of right) {
    it(`match ${property} ${expected}`, () => assert.ok(subjectMatches(certificate, property, expected)));
  }

  const wrong: [typeof shop, Property, string][] = [
    [shop, 'tls_client_auth_subject_dn', 'C=SE,O=Ex\u00e4mple\\, Inc. \\+ Co,CN=shop'],
    [shop, 'tls_client_auth_subject_dn', 'CN=shop'],
    [shop, 'tls_client_auth_subject_dn', 'CN=Shop,O=Ex\u00e4mple\\, Inc. \\+ Co,C=SE'],
    [impostor, 'tls_client_auth_subject_dn', 'CN=shop,O=Ex\u00e4mple\\, Inc. \\+ Co,C=SE'],
    [multi, 'tls_client_auth_subject_dn', 'emailAddress=ops@shop.example,CN=shop,serialNumber=7,C=SE'],
    [shop, 'tls_client_auth_san_dns', 'a.wild.example'],
    [shop, 'tls_client_auth_san_dns', 'example'],
    [shop, 'tls_client_auth_san_dns', 'ops@shop.example'],
    [impostor, 'tls_client_auth_san_dns', 'shop.example'],
    [impostor, 'tls_client_auth_san_dns', 'evil.example'],
    [shop, 'tls_client_auth_san_uri', 'https://shop.example/'],
    [shop, 'tls_client_auth_san_uri', 'HTTPS://shop.example/a'],
    [shop, 'tls_client_auth_san_ip', '192.0.2.8'],
    [shop, 'tls_client_auth_san_email', 'Ops@shop.example'],
    [multi, 'tls_client_auth_san_email', 'ops@shop.example'],
  ];
  for (const [certificate, property, expected] of wrong) {
    it(`do not match ${property} ${expected}`, () => assert.ok(!subjectMatches(certificate, property, expected)));
  }
});
