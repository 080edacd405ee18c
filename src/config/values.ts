import { isIP } from 'node:net';

/** A value that cannot be used. The message says what to set, and never repeats the value: it may be a secret. */
export class InvalidValue extends Error {}

/** From a setting's text to its value; throws InvalidValue. */
export type Parse<T> = (text: string) => T;

const PROXY_NAMES = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** As it is. */
export const text: Parse<string> = (value) => value;

/** A whole number from `least` to `most`. */
export function integer(least: number, most: number): Parse<number> {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidValue(`must be a whole number from ${least} to ${most}`);
  };
}

/** One of the names, spelled just so. */
export function oneOf<const T extends string>(names: readonly T[]): Parse<T> {
  return (value) => {
    const name = names.find((candidate) => candidate === value);
    if (name !== undefined) return name;
    throw new InvalidValue(`must be one of ${names.join(', ')}`);
  };
}

/** A name or an address to listen on; a URL here is a common slip. */
export const host: Parse<string> = (value) => {
  if (isIP(value) !== 0 || /^[A-Za-z0-9.-]+$/.test(value)) return value;
  throw new InvalidValue('must be an IP address or a host name, such as 0.0.0.0');
};

/** The URL as it was written, when its scheme is one of `schemes`, such as `redis`. */
export function url(schemes: readonly string[], example: string, hostRequired = true): Parse<string> {
  return (value) => {
    const parsed = URL.parse(value);
    const known = parsed !== null && schemes.includes(parsed.protocol.slice(0, -1));
    if (known && (!hostRequired || parsed.host !== '')) return value;
    throw new InvalidValue(`must be a ${schemes.map((scheme) => `${scheme}://`).join(' or ')} URL, such as ${example}`);
  };
}

/** Comma separated; an empty element is a slip worth telling. */
export function list<T>(parse: Parse<T>): Parse<T[]> {
  return (value) => value.split(',').map((element) => parse(element.trim()));
}

/** `a@b.example` or `Name <a@b.example>`, on one line: it becomes a mail header. */
export const mailbox: Parse<string> = (value) => {
  const address = /^[^<>\r\n]*<([^<>]*)>$/.exec(value)?.[1] ?? value;
  if (/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(address)) return value;
  throw new InvalidValue('must be a mail address, such as Gatehouse <no-reply@example.com>');
};

/**
 * The issuer (OIDC Discovery §3): absolute, no query, no fragment. A trailing slash is taken off, because
 * every path is appended to it; the host is lower-cased and a default port dropped, as URL comparison would.
 */
export const issuer: Parse<string> = (value) => {
  const parsed = URL.parse(value);
  const web = parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:');
  if (!web) throw new InvalidValue('must be an absolute URL, such as https://id.example.com');
  if (/[?#]/.test(value)) throw new InvalidValue('must have no query and no fragment');
  if (parsed.username !== '' || parsed.password !== '') throw new InvalidValue('must hold no user name or password');
  if (parsed.pathname !== '/') throw new InvalidValue('must have no path: Gatehouse needs a host name of its own');
  return parsed.origin;
};

/** Production's issuer: tokens and cookies over plain http would be anyone's. */
export const httpsIssuer: Parse<string> = (value) => {
  const checked = issuer(value);
  if (checked.startsWith('https:')) return checked;
  throw new InvalidValue('must be an https URL in production');
};

/**
 * An address, a CIDR or one of proxy-addr's names. Stricter than proxy-addr, which takes a lone number (a hop
 * count elsewhere) for an address.
 */
export const proxy: Parse<string> = (value) => {
  const [address = '', prefix, ...rest] = value.split('/');
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  const prefixFits = prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= longest);
  if (PROXY_NAMES.has(value) || (family !== 0 && !address.includes('%') && prefixFits && rest.length === 0))
    return value;
  throw new InvalidValue(
    'must list the proxies as IP addresses, CIDRs such as 10.0.0.0/8, or loopback, linklocal, uniquelocal; leave it unset to trust none',
  );
};

/** One cookie signing secret. */
export const cookieKey: Parse<string> = (value) => {
  if (value.length >= 32) return value;
  throw new InvalidValue('must be secrets of at least 32 characters each, comma separated, newest first');
};
