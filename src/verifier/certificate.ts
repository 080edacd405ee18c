import { createHash, X509Certificate } from 'node:crypto';
import { TokenRefused } from './errors.ts';
import type { Presented } from './types.ts';

/**
 * The token's certificate is the one of this connection (RFC 8705 §3.1).
 * @throws TokenRefused
 */
export function checkCertificate(thumbprint: string, certificate: Presented['certificate']): void {
  if (certificate === undefined) {
    throw new TokenRefused('certificate_missing', 'the token is bound to a certificate, and none was shown');
  }
  if (createHash('sha256').update(derOf(certificate)).digest('base64url') !== thumbprint) {
    throw new TokenRefused('certificate_mismatch', 'the token is bound to another certificate');
  }
}

function derOf(certificate: Exclude<Presented['certificate'], undefined>): Buffer {
  if (certificate instanceof X509Certificate) return certificate.raw;
  try {
    return new X509Certificate(certificate).raw;
  } catch (cause) {
    throw new TokenRefused('certificate_mismatch', 'what was shown is no certificate', { cause });
  }
}
