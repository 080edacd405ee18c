import type { ClientAuthMethod, MTLSConfiguration } from 'oidc-provider';
import type { Config } from '../config/index.ts';
import type { CertificateReader } from '../http/index.ts';
import { subjectMatches } from './certificate-subject.ts';

/** What a server must be told of to take clients' certificates (RFC 8705). Without the section `mtls`, none counts. */
export function mtlsFeature({ mtls }: Config, read: CertificateReader): MTLSConfiguration {
  if (!mtls) return { enabled: false };
  return {
    enabled: true,
    certificateBoundAccessTokens: true,
    selfSignedTlsClientAuth: true,
    tlsClientAuth: mtls.verifyHeader !== undefined,
    getCertificate: (ctx) => read(ctx)?.certificate,
    certificateAuthorized: (ctx) => read(ctx)?.verified === true,
    certificateSubjectMatches: (ctx, property, expected) => {
      const certificate = read(ctx)?.certificate;
      return certificate !== undefined && subjectMatches(certificate, property, expected);
    },
  };
}

/** How a client may say who it is by its certificate. */
export function certificateMethods({ mtls }: Config): ClientAuthMethod[] {
  if (!mtls) return [];
  return mtls.verifyHeader === undefined
    ? ['self_signed_tls_client_auth']
    : ['tls_client_auth', 'self_signed_tls_client_auth'];
}

/** Where a client with a certificate goes instead, if it is asked for one at an address of its own (RFC 8705 §5). */
export function endpointAliases({ mtls }: Config, routes: Readonly<Record<string, string>>): object {
  if (!mtls?.origin) return {};
  const aliases = ALIASED.map(([member, route]) => [member, `${mtls.origin}${routes[route]}`]);
  return { mtls_endpoint_aliases: Object.fromEntries(aliases) };
}

const ALIASED = [
  ['token_endpoint', 'token'],
  ['userinfo_endpoint', 'userinfo'],
  ['introspection_endpoint', 'introspection'],
  ['revocation_endpoint', 'revocation'],
  ['pushed_authorization_request_endpoint', 'pushed_authorization_request'],
] as const;
