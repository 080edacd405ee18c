import ipaddr from 'ipaddr.js';

/** An address as it is written down: an IPv4 one also where it came in the spelling of an IPv6 one. Undefined for none. */
export function networkAddress(told: string): string | undefined {
  return ipaddr.isValid(told) ? ipaddr.process(told).toString() : undefined;
}
