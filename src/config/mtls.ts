import { z } from 'zod';
import type { Report } from './document.ts';
import type { Environment } from './environment.ts';
import { check } from './problems.ts';
import { isLoopback } from './uris.ts';

const FORMATS = ['pem', 'der', 'xfcc'] as const;

/** How the proxy that ends TLS hands over what it knows of a client's certificate (RFC 8705). */
export interface MtlsSettings {
  /** In lower case, as Node has headers. */
  readonly certificateHeader: string;
  /** URL-encoded PEM (nginx), base64 of DER (RFC 9440), or Envoy's `x-forwarded-client-cert`. */
  readonly certificateFormat: (typeof FORMATS)[number];
  /** Undefined: the proxy does not say whether it trusts the certificate's issuer. */
  readonly verifyHeader: string | undefined;
  readonly verifyValue: string;
  /** Where the proxy asks for certificates, if that is not at ISSUER. */
  readonly origin: string | undefined;
}

const header = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be a header’s name, such as x-client-cert')
  .transform((name) => name.toLowerCase());

const schema = z.strictObject({
  certificate_header: header,
  certificate_format: z.enum(FORMATS).default('pem'),
  verify_header: header.exactOptional(),
  verify_value: z.string().min(1, 'must not be empty').default('SUCCESS'),
  origin: z
    .string()
    .refine(isOrigin, 'must be an https URL without a path, such as https://mtls.id.example.com')
    .exactOptional(),
});

/** The section `mtls`; undefined where there is none. */
export function readMtls(
  value: unknown,
  { trustProxy, issuer }: Environment,
  report: Report,
): MtlsSettings | 'faulty' | undefined {
  if (value === undefined || value === null) return undefined;
  const result = check(schema, value);
  const problems = 'problems' in result ? result.problems : contradictions(result.data, issuer);
  for (const { path, problem } of problems) report(['mtls', ...path], problem);
  if (trustProxy.length === 0) {
    report(['mtls'], 'counts from trusted proxies alone: set TRUST_PROXY to their addresses, or remove the section');
  }
  return 'data' in result ? settingsOf(result.data) : 'faulty';
}

type Section = z.infer<typeof schema>;

function settingsOf(section: Section): MtlsSettings {
  return {
    certificateHeader: section.certificate_header,
    certificateFormat: section.certificate_format,
    verifyHeader: section.verify_header,
    verifyValue: section.verify_value,
    origin: section.origin,
  };
}

function contradictions({ certificate_header, verify_header, origin }: Section, issuer: string) {
  const found: { path: string[]; problem: string }[] = [];
  if (certificate_header === verify_header) {
    found.push({ path: ['verify_header'], problem: 'must be another header than certificate_header' });
  }
  if (origin === issuer) found.push({ path: ['origin'], problem: 'is ISSUER: leave it out' });
  return found;
}

function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && url.origin === value && (url.protocol === 'https:' || isLoopback(url.hostname));
}

const NO_SECTION = 'needs the section mtls, which says how the proxy hands certificates over';
const NO_VERIFY_HEADER = 'needs verify_header in the section mtls: the proxy alone knows whether the issuer is trusted';

/** Members that mean nothing without the section, or a part of it: a client would be refused, or its tokens unbound. */
export function reportMissingMtls(
  client: Readonly<Record<string, unknown>>,
  mtls: MtlsSettings | 'faulty' | undefined,
  report: Report,
): void {
  // What is wrong with the section is told there.
  if (mtls === 'faulty') return;
  const method = client['token_endpoint_auth_method'];
  const byCertificate = method === 'tls_client_auth' || method === 'self_signed_tls_client_auth';
  if (byCertificate && !mtls) report(['token_endpoint_auth_method'], NO_SECTION);
  if (method === 'tls_client_auth' && mtls && mtls.verifyHeader === undefined)
    report(['token_endpoint_auth_method'], NO_VERIFY_HEADER);
  if (client['tls_client_certificate_bound_access_tokens'] === true && !mtls)
    report(['tls_client_certificate_bound_access_tokens'], NO_SECTION);
}
