import type { Configuration } from 'oidc-provider';

/** What the engine's cookies are called, and how browsers keep them. */
export function cookies(issuer: string) {
  const options = cookieOptions(issuer);
  return {
    // The prefix keeps neighbouring subdomains from planting a session of theirs; the others have paths of their own.
    names: {
      session: `${options.secure ? '__Host-' : ''}gatehouse_session`,
      interaction: 'gatehouse_interaction',
      resume: 'gatehouse_resume',
    },
    long: options,
    short: options,
  } satisfies Configuration['cookies'];
}

export const cookieOptions = (issuer: string) =>
  ({ httpOnly: true, sameSite: 'lax', signed: true, secure: issuer.startsWith('https:') }) as const;
