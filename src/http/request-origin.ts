import type Koa from 'koa';
import proxyAddr from 'proxy-addr';

/**
 * Makes the server know its own address and its caller's. Its own is ISSUER, whatever `Host` and `X-Forwarded-Host`
 * say: no link, redirect or cookie can be bent by a header (checklist 25). The caller's is taken from
 * `X-Forwarded-For` only as far as trusted proxies vouch for it (checklist 26).
 */
export function knowOrigin(app: Koa, issuer: string, trustProxy: readonly string[]): void {
  const { protocol, host, hostname, origin } = new URL(issuer);
  const trusted = proxyAddr.compile([...trustProxy]);
  const fixed = { protocol: protocol.slice(0, -1), host, hostname, origin };
  for (const [name, value] of Object.entries(fixed)) Object.defineProperty(app.request, name, { get: () => value });
  Object.defineProperties(app.request, {
    href: {
      get(this: Koa.Request) {
        return origin + this.originalUrl;
      },
    },
    ip: {
      get(this: Koa.Request) {
        return trustProxy.length === 0 ? (this.socket.remoteAddress ?? '') : proxyAddr(this.req, trusted);
      },
    },
  });
}
