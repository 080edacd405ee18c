import assert from 'node:assert/strict';
import { readMadeClient } from '../../../src/config/index.ts';
import { shop } from '../../support/certificates.ts';
import { assertFault, faults, load, SECRET } from './support.ts';

const PROXY = { TRUST_PROXY: '10.0.0.0/8' };
const HEADER = 'mtls: { certificate_header: X-Client-Cert }\n';
const VERIFIED = 'mtls: { certificate_header: x-client-cert, verify_header: x-client-verify }\n';
const x5c = JSON.stringify([shop.raw.toString('base64')]);
const jwk = JSON.stringify(shop.publicKey.export({ format: 'jwk' }));
const withCertificate = `jwks: { keys: [{ ${jwk.slice(1, -1)}, x5c: ${x5c} }] }`;

/** A machine, all of it on one line; the line after the section `mtls`. */
const machine = (members: string) =>
  `clients:\n  - { client_id: shop, grant_types: [client_credentials], ${members} }\n`;
const trusted = 'token_endpoint_auth_method: tls_client_auth';
const selfSigned = 'token_endpoint_auth_method: self_signed_tls_client_auth';

describe('config: mtls', () => {
  it('is off without its section', () => {
    assert.equal(load(PROXY, 'clients: []').mtls, undefined);
    assert.equal(load(PROXY).mtls, undefined);
    assert.equal(load(PROXY, 'mtls:\n').mtls, undefined);
  });

  it('takes a header, and has defaults for the rest', () => {
    assert.deepEqual(load(PROXY, HEADER).mtls, {
      certificateHeader: 'x-client-cert',
      certificateFormat: 'pem',
      verifyHeader: undefined,
      verifyValue: 'SUCCESS',
      origin: undefined,
    });
    const all =
      'certificate_format: der, verify_header: X-Verify, verify_value: "0", origin: "https://mtls.id.example.com"';
    assert.deepEqual(load(PROXY, `mtls: { certificate_header: Client-Cert, ${all} }`).mtls, {
      certificateHeader: 'client-cert',
      certificateFormat: 'der',
      verifyHeader: 'x-verify',
      verifyValue: '0',
      origin: 'https://mtls.id.example.com',
    });
  });

  it('counts behind a trusted proxy alone', () => {
    for (const env of [{}, { TRUST_PROXY: 'off' }]) {
      assertFault(() => load(env, HEADER), 'gatehouse.yaml:1 mtls', /set TRUST_PROXY/);
    }
  });

  const wrong: [section: string, member: string, problem: RegExp][] = [
    ['{}', '.certificate_header', /is required/],
    ['[]', '', /must be a mapping/],
    ['{ certificate_header: "x client" }', '.certificate_header', /header’s name/],
    ['{ certificate_header: "" }', '.certificate_header', /header’s name/],
    ['{ certificate_header: a, certificate_format: jpeg }', '.certificate_format', /pem or der or xfcc/],
    ['{ certificate_header: a, verify_header: A }', '.verify_header', /another header/],
    ['{ certificate_header: a, verify_value: "" }', '.verify_value', /empty/],
    ['{ certificate_header: a, verify_value: 0 }', '.verify_value', /quotes/],
    ['{ certificate_header: a, origin: "http://mtls.example" }', '.origin', /https URL/],
    ['{ certificate_header: a, origin: "https://mtls.example/" }', '.origin', /without a path/],
    ['{ certificate_header: a, origin: "http://localhost:3000" }', '.origin', /is ISSUER/],
    ['{ certificate_header: a, header: b }', '.header', /known member/],
  ];
  for (const [section, member, problem] of wrong) {
    it(`refuses mtls: ${section}`, () => {
      assertFault(() => load(PROXY, `mtls: ${section}\n`), `gatehouse.yaml:1 mtls${member}`, problem);
    });
  }

  it('takes clients that show a certificate', () => {
    for (const name of [
      'tls_client_auth_subject_dn: "CN=shop,O=Example"',
      'tls_client_auth_san_dns: shop.example',
      'tls_client_auth_san_uri: "https://shop.example/a"',
      'tls_client_auth_san_ip: "2001:db8::7"',
      'tls_client_auth_san_email: ops@shop.example',
    ]) {
      assert.equal(load(PROXY, VERIFIED + machine(`${trusted}, ${name}`)).clients.length, 1, name);
    }
    assert.equal(load(PROXY, HEADER + machine(`${selfSigned}, ${withCertificate}`)).clients.length, 1);
    const bound = `client_secret: ${SECRET}, tls_client_certificate_bound_access_tokens: true`;
    assert.equal(load(PROXY, HEADER + machine(bound)).clients.length, 1);
  });

  const missing: [section: string, members: string, member: string, problem: RegExp][] = [
    ['\n', `${trusted}, tls_client_auth_san_dns: a.example`, 'token_endpoint_auth_method', /needs the section mtls/],
    ['\n', `${selfSigned}, ${withCertificate}`, 'token_endpoint_auth_method', /needs the section mtls/],
    [
      '\n',
      `client_secret: ${SECRET}, tls_client_certificate_bound_access_tokens: true`,
      'tls_client_certificate_bound_access_tokens',
      /needs the section mtls/,
    ],
    [HEADER, `${trusted}, tls_client_auth_san_dns: a.example`, 'token_endpoint_auth_method', /needs verify_header/],
    [VERIFIED, trusted, 'token_endpoint_auth_method', /needs one of tls_client_auth_subject_dn/],
    [
      VERIFIED,
      `${trusted}, tls_client_auth_san_dns: a.example, tls_client_auth_san_ip: 192.0.2.1`,
      'token_endpoint_auth_method',
      /no more/,
    ],
    [
      VERIFIED,
      `client_secret: ${SECRET}, tls_client_auth_san_dns: a.example`,
      'token_endpoint_auth_method',
      /must be tls_client_auth/,
    ],
    [VERIFIED, `${trusted}, tls_client_auth_subject_dn: shop`, 'tls_client_auth_subject_dn', /such as "CN=/],
    [VERIFIED, `${trusted}, tls_client_auth_san_dns: "*.example"`, 'tls_client_auth_san_dns', /wildcards/],
    [VERIFIED, `${trusted}, tls_client_auth_san_uri: shop`, 'tls_client_auth_san_uri', /absolute/],
    [VERIFIED, `${trusted}, tls_client_auth_san_ip: shop`, 'tls_client_auth_san_ip', /IP address/],
    [VERIFIED, `${trusted}, tls_client_auth_san_email: shop`, 'tls_client_auth_san_email', /mail address/],
    [VERIFIED, selfSigned, 'token_endpoint_auth_method', /jwks or jwks_uri/],
    [VERIFIED, `${selfSigned}, jwks: { keys: [${jwk}] }`, 'jwks', /x5c/],
    [
      VERIFIED,
      `client_secret: ${SECRET}, tls_client_certificate_bound_access_tokens: true, dpop_bound_access_tokens: true`,
      'dpop_bound_access_tokens',
      /one key/,
    ],
  ];
  for (const [section, members, member, problem] of missing) {
    it(`refuses, after ${section.trim() || 'nothing'}, { ${members.slice(0, 90)} }`, () => {
      assertFault(() => load(PROXY, section + machine(members)), `gatehouse.yaml:3 clients[0].${member}`, problem);
    });
  }

  it('holds clients that are made by command to the same', () => {
    const members = {
      client_id: 'shop',
      grant_types: ['client_credentials'],
      tls_client_certificate_bound_access_tokens: true,
    };
    const make = (mtls: ReturnType<typeof load>['mtls']) =>
      readMadeClient(members, SECRET, { resources: [], production: false, mtls });
    assertFault(() => make(undefined), 'tls_client_certificate_bound_access_tokens', /needs the section mtls/);
    assert.equal(make(load(PROXY, HEADER).mtls).client_id, 'shop');
  });

  it('tells of a faulty section once, and not again for each client', () => {
    const yaml = `mtls: { certificate_header: "" }\n${machine(`${selfSigned}, ${withCertificate}`)}`;
    assertFault(() => load(PROXY, yaml), 'gatehouse.yaml:1 mtls.certificate_header', /header’s name/);
    const unproxied = faults(() => load({}, HEADER + machine(`${selfSigned}, ${withCertificate}`)));
    assert.equal(unproxied.length, 1);
  });
});
