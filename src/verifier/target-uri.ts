const UNRESERVED = /[A-Za-z0-9._~-]/;

/**
 * An address as two parties compare it: without query and fragment, host and scheme in small letters, no default port, no
 * dot segments, escapes as RFC 3986 §6.2.2 has them. Undefined for what is no http address.
 */
export function targetUri(address: string): string | undefined {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  return url.origin + url.pathname.replace(/%[0-9a-f]{2}/gi, unescaped);
}

function unescaped(triplet: string): string {
  const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
  return UNRESERVED.test(character) ? character : triplet.toUpperCase();
}
