import type { X509Certificate } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { TLSClientAuthProperty } from 'oidc-provider';
import { readDistinguishedName } from '../config/index.ts';

/** Whether a certificate is the registered one's, by the member that its client has (RFC 8705 §2.1.2). */
export function subjectMatches(certificate: X509Certificate, property: TLSClientAuthProperty, expected: string) {
  if (property === 'tls_client_auth_subject_dn') return sameName(certificate.subject, expected);
  const { kind, spell } = ALTERNATIVE[property];
  return alternativesOf(certificate).some((name) => name.kind === kind && spell(name.value) === spell(expected));
}

/** Node writes a name's parts in the certificate's order, a line each, which is RFC 4514's the other way round. */
function sameName(subject: string | undefined, expected: string): boolean {
  const actual = readDistinguishedName((subject ?? '').split('\n').reverse().join(','));
  return actual !== undefined && actual.join() === readDistinguishedName(expected)?.join();
}

const asIs = (value: string) => value;

/** A wildcard in a certificate is a name of its own here: it matches nothing but itself. */
const ALTERNATIVE = {
  tls_client_auth_san_dns: { kind: 'DNS', spell: (value: string) => value.toLowerCase() },
  tls_client_auth_san_uri: { kind: 'URI', spell: asIs },
  tls_client_auth_san_ip: {
    kind: 'IP Address',
    spell: (value: string) => (ipaddr.isValid(value) ? ipaddr.parse(value).toNormalizedString() : value),
  },
  tls_client_auth_san_email: { kind: 'email', spell: asIs },
} as const;

const NAME = /([^:,"]+):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/gy;

/** As Node writes them: what holds a comma or a quote is quoted, as JSON. None at all of a text that is not like that. */
function alternativesOf({ subjectAltName = '' }: X509Certificate): { kind: string; value: string }[] {
  const found = [...subjectAltName.matchAll(NAME)];
  if (found.map(([all]) => all).join('') !== subjectAltName) return [];
  return found.map(([, kind = '', value = '']) => ({
    kind,
    value: value.startsWith('"') ? (JSON.parse(value) as string) : value,
  }));
}
