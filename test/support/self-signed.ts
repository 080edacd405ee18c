import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureCommand } from './system.ts';

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** What tokens are bound to (RFC 8705 §3.1). */
  readonly thumbprint: string;
}

/** A certificate for localhost and 127.0.0.1 that vouches for itself. */
export async function selfSigned(name = 'localhost'): Promise<Certificate> {
  await ensureCommand('openssl', 'openssl');
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-certificate-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', certificate, '-days', '2'];
  await promisify(execFile)('openssl', ['req', '-x509', ...curve, ...names, ...files]);
  const pem = await readFile(certificate, 'utf8');
  const made = { certificate: pem, key: await readFile(key, 'utf8'), thumbprint: thumbprintOf(pem) };
  await rm(folder, { recursive: true });
  return made;
}

function thumbprintOf(pem: string): string {
  return createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url');
}
