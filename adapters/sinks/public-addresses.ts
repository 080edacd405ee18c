import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether a host is an address in numbers that is not everybody's. A name is none: see {@link guardedLookup}. */
export function isPrivate(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() !== 'unicast';
}

/**
 * Looks a name up for the socket that is about to be connected, and gives it public addresses alone: what was asked before
 * and what is connected to is the same answer, so that a name cannot turn private in between.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const found = addresses?.filter(({ address }) => !isPrivate(address)) ?? [];
    const [first] = found;
    if (error) return callback(error, '', 0);
    if (!first) return callback(new Error(`${hostname} has no public address`), '', 0);
    if (options.all) return callback(null, found);
    return callback(null, first.address, first.family);
  });
};
