import type { Words } from '../i18n/index.ts';

/** One thing that an application sees, and what for. */
export interface Sight {
  readonly title: string;
  readonly reason: string;
}

/** The scopes that say something of a person. */
const IDENTITY = ['openid', 'profile', 'email', 'assessment', 'offline_access'] as const;

/** What an application sees with these scopes, and with those of APIs. */
export function sightsOf(
  { t }: Words,
  scopes: Iterable<string>,
  resources: Readonly<Record<string, readonly string[]>>,
): Sight[] {
  const asked = new Set(scopes);
  const identity = IDENTITY.filter((scope) => asked.has(scope)).map((scope) => ({
    title: t(`consent.${scope}`),
    reason: t(`consent.${scope}_reason`),
  }));
  const apis = Object.entries(resources).map(([resource, itsScopes]) => ({
    title: t('consent.data', { place: placeOf(resource) }),
    reason: t('consent.data_reason', { scopes: itsScopes.join(', ') }),
  }));
  return [...identity, ...apis];
}

function placeOf(resource: string): string {
  const url = URL.parse(resource);
  return url?.host ? url.host + url.pathname.replace(/\/$/, '') : resource;
}
