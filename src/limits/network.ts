import ipaddr from 'ipaddr.js';

/**
 * The network that an address counts for: an IPv4 address by itself, also where it is written as an IPv6 one
 * (`::ffff:192.0.2.1`); an IPv6 address by its first 64 bits, because whoever has one has all of those (checklist 26).
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (!('parts' in parsed)) return parsed.toString();
  const first = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${first.join(':')}::/64`;
}
