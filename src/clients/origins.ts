/** Whether a browser's page at `origin` is the client's own: the origin of one of its redirect addresses. */
export function isOriginOf(redirectUris: unknown, origin: string): boolean {
  // A custom scheme has the opaque origin "null", and so has every sandboxed page.
  if (!Array.isArray(redirectUris) || origin === 'null') return false;
  return redirectUris.some((uri) => URL.parse(String(uri))?.origin === origin);
}
