import { domainToASCII, domainToUnicode } from 'node:url';

const LOCAL_MAX = 64;
const TOTAL_MAX = 254;

/** A mailbox as somebody typed it. Both members are made of one reading, so that they never name different mailboxes. */
export interface Email {
  /** What is stored, shown and written to: NFKC, without the spaces around it, in the case it was typed in. */
  readonly address: string;
  /** The form in which two spellings are equal: in lower case, the domain in its ASCII form. */
  readonly key: string;
}

/**
 * Reads an address. A plus tag stays: to some servers it is another mailbox.
 * @returns undefined when `input` is no address (RFC 5321 lengths, one `@`, a domain).
 */
export function readEmail(input: string): Email | undefined {
  const address = input.trim().normalize('NFKC');
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = asciiDomain(address.slice(at + 1));
  if (at < 1 || local.length > LOCAL_MAX || !isLocalPart(local) || !domain) return undefined;
  const key = `${local.toLowerCase().normalize('NFKC')}@${domain}`;
  return Math.max(address.length, key.length) > TOTAL_MAX ? undefined : { address, key };
}

/** The key alone, for whoever looks an address up. */
export const emailKey = (input: string): string | undefined => readEmail(input)?.key;

/** Whether somebody may have meant an address. */
export const isEmail = (input: string): boolean => readEmail(input) !== undefined;

/** Whether two spellings are of one mailbox. */
export function isSameEmail(one: string, other: string): boolean {
  const key = emailKey(one);
  return key !== undefined && key === emailKey(other);
}

/**
 * A domain in its ASCII form (RFC 5891). Node reads it as a URL's host: it drops tabs, ends at a slash, decodes `%61`,
 * counts `1.1` as an IP address and leaves out what cannot be seen, and a mail server does none of that. So only a domain
 * that the reading left as it was, but for its case, is one.
 */
function asciiDomain(domain: string): string | undefined {
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(domain)) return undefined;
  const ascii = domainToASCII(domain);
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(ascii)) return undefined;
  const lower = domain.toLowerCase();
  return ascii === lower || domainToUnicode(ascii) === lower ? ascii : undefined;
}

/** No spaces, controls, quotes or second `@`: what mail servers in use accept. */
function isLocalPart(local: string): boolean {
  return /^[^\s@"(),:;<>[\\\]\p{C}]+$/u.test(local) && !local.startsWith('.') && !local.endsWith('.');
}
