import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import proxyAddr from 'proxy-addr';
import type { Config, MtlsSettings } from '../config/index.ts';

/** The certificate that a caller proved at the proxy to have the key of. */
export interface ClientCertificate {
  readonly certificate: X509Certificate;
  /** Whether the proxy trusts who issued it; else it may be anybody's own. */
  readonly verified: boolean;
}

/** Undefined where there is none: no setting, no header, or one that no trusted proxy has sent. */
export type CertificateReader = (ctx: { readonly req: IncomingMessage }) => ClientCertificate | undefined;

/**
 * Reads what the proxy that ended TLS says of the client's certificate. It counts from the addresses of `TRUST_PROXY`
 * alone, and from the very one that called us: everybody else could write such a header.
 */
export function certificateReader({ mtls, trustProxy }: Pick<Config, 'mtls' | 'trustProxy'>): CertificateReader {
  if (!mtls || trustProxy.length === 0) return () => undefined;
  const trusted = proxyAddr.compile([...trustProxy]);
  const known = new WeakMap<IncomingMessage, ClientCertificate | undefined>();
  return ({ req }) => {
    if (known.has(req)) return known.get(req);
    const fromProxy = trusted(req.socket.remoteAddress ?? '', 0);
    const found = fromProxy ? readCertificate(req, mtls) : undefined;
    known.set(req, found);
    return found;
  };
}

function readCertificate(req: IncomingMessage, mtls: MtlsSettings): ClientCertificate | undefined {
  const sent = onlyValue(req, mtls.certificateHeader);
  const bytes = sent === undefined ? undefined : FORMATS[mtls.certificateFormat](sent);
  if (!bytes) return undefined;
  try {
    const verified = mtls.verifyHeader !== undefined && onlyValue(req, mtls.verifyHeader) === mtls.verifyValue;
    return { certificate: new X509Certificate(bytes), verified };
  } catch {
    return undefined;
  }
}

/** A header that is there twice was not overwritten by the proxy: the other one is the caller's. */
function onlyValue(req: IncomingMessage, name: string): string | undefined {
  const values = req.headersDistinct[name] ?? [];
  return values.length === 1 ? values[0] : undefined;
}

/** From a header's value to the certificate's DER; undefined for anything but a single certificate in that format. */
const FORMATS: Record<MtlsSettings['certificateFormat'], (value: string) => Buffer | undefined> = {
  pem: (value) => fromEscapedPem(value),
  der: (value) => fromBase64(/^:([^:]*):$/.exec(value)?.[1] ?? value),
  xfcc: (value) => fromEscapedPem(certOf(value)),
};

const PAIR = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|[^",;]*)(?:;|$)/gy;

/** One element alone counts: of several, all but the last were written by somebody before the proxy. */
function certOf(value: string): string | undefined {
  const pairs = [...value.matchAll(PAIR)];
  if (pairs.map(([pair]) => pair).join('') !== value) return undefined;
  return pairs.find(([, key = '']) => key.toLowerCase() === 'cert')?.[2];
}

function fromEscapedPem(value = ''): Buffer | undefined {
  try {
    const pem = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;
    return fromBase64(pem.exec(decodeURIComponent(value))?.[1]?.replaceAll(/\s/g, ''));
  } catch {
    return undefined;
  }
}

function fromBase64(value = ''): Buffer | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(value) ? Buffer.from(value, 'base64') : undefined;
}
