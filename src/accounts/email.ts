import { domainToASCII } from 'node:url';

const LOCAL_MAX = 64;
const TOTAL_MAX = 254;

/**
 * The form in which two spellings of one mailbox are equal: NFKC, lower case, the domain in its ASCII form.
 * A plus tag stays: to some servers it is another mailbox.
 * @returns undefined when `input` is no address (RFC 5321 lengths, one `@`, a domain).
 */
export function emailKey(input: string): string | undefined {
  const address = input.trim().normalize('NFKC').toLowerCase();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = domainToASCII(address.slice(at + 1));
  if (at < 1 || local.length > LOCAL_MAX || !isLocalPart(local)) return undefined;
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(domain)) return undefined;
  const key = `${local}@${domain}`;
  return key.length > TOTAL_MAX ? undefined : key;
}

/** Whether somebody may have meant an address. */
export const isEmail = (input: string): boolean => emailKey(input) !== undefined;

/** Whether two spellings are of one mailbox. */
export function isSameEmail(one: string, other: string): boolean {
  const key = emailKey(one);
  return key !== undefined && key === emailKey(other);
}

/** No spaces, controls, quotes or second `@`: what mail servers in use accept. */
function isLocalPart(local: string): boolean {
  return /^[^\s@"(),:;<>[\\\]\p{C}]+$/u.test(local) && !local.startsWith('.') && !local.endsWith('.');
}
