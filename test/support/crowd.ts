import { newestMail } from './demo.ts';
import { PASSWORD } from './relying-party.ts';
import { authorizeUrl } from './tour.ts';
import type { Visitor } from './visitor.ts';

/** An application that has a lot to say of itself, in a colour that nobody could read. */
export const CROWD = `
require_verified_email: true
clients:
  - client_id: crowd
    client_name: Arbeitsgemeinschaft für Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenversicherung
    client_uri: https://donaudampfschifffahrtsgesellschaft.versicherungen.example
    logo_uri: https://donaudampfschifffahrtsgesellschaft.versicherungen.example/logo.svg
    accent: '#ffd400'
    redirect_uris: [https://donaudampfschifffahrtsgesellschaft.versicherungen.example/callback]
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid profile email offline_access policies:read policies:write claims:read claims:write
resources:
  - identifier: https://api.versicherungen.example/rentenversicherung/kapitaenswitwen/v1
    scopes: [policies:read, policies:write, claims:read, claims:write]
    default: true
`;

const LONG_EMAIL = `maria-magdalena.von-und-zu-hohenlohe-schillingsfuerst@${'donau.'.repeat(10)}example`;
const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40"><rect width="80" height="40" fill="#ffd400"/></svg>';

/** The same pages as of the tour, with long names, long addresses, a logo and an accent. */
export async function* crowdedTour(visitor: Visitor, issuer: string): AsyncGenerator<string> {
  const { page } = visitor;
  await page.route(/\/logo\.svg$/, (route) => route.fulfill({ contentType: 'image/svg+xml', body: LOGO }));
  const url = authorizeUrl(issuer, {
    client_id: 'crowd',
    redirect_uri: 'https://donaudampfschifffahrtsgesellschaft.versicherungen.example/callback',
    scope: 'openid profile email offline_access policies:read policies:write claims:read claims:write',
    prompt: 'login consent',
  });
  await page.goto(url);
  await visitor.sees('Sign in');
  yield 'crowd-sign-in';
  await visitor.follow('Create an account');
  await visitor.fill({ Name: 'M', 'E-mail address': LONG_EMAIL, Password: PASSWORD });
  await visitor.press('Create account');
  await visitor.sees('Check your mail', LONG_EMAIL);
  yield 'crowd-verify-email';
  const { links } = await newestMail(issuer, LONG_EMAIL, 'Confirm your address');
  await page.goto(`${issuer}/dev/mailbox`);
  await visitor.sees('Mailbox', LONG_EMAIL);
  yield 'crowd-mailbox';
  await page.goto(links[0]);
  await visitor.sees('Confirm your address');
  yield 'crowd-confirm-email';
  await visitor.press('Confirm my address');
  await visitor.sees(/^Share your details/);
  yield 'crowd-consent';
  await page.goto(url);
  await visitor.sees('Please confirm it’s you');
  yield 'crowd-confirm';
  await page.goto(`${issuer}/oauth2/logout?client_id=crowd`);
  await visitor.sees('Sign out?');
  yield 'crowd-sign-out';
  await visitor.press('Sign out');
  await visitor.sees('You’re signed out');
  yield 'crowd-signed-out';
  await page.goto(`${issuer}/interaction/nobody-knows-this-one`);
  await visitor.sees('Please sign in again');
  yield 'crowd-lost';
}
