import { newEmail, PASSWORD } from './relying-party.ts';
import type { Visitor } from './visitor.ts';

/**
 * Every page a person can come to, in every state, one after another: walks there and says its name. Whoever walks
 * along looks at `visitor.page` in between, and may change its size and colours, but not what is on it.
 */
export async function* tour(visitor: Visitor, issuer: string, email = newEmail()): AsyncGenerator<string> {
  yield* signIn(visitor, issuer);
  yield* registration(visitor, email);
  yield* signedIn(visitor);
  yield* confirmation(visitor, issuer);
  yield* signOut(visitor, issuer);
  yield* dead(visitor, issuer);
}

async function* signIn(visitor: Visitor, issuer: string) {
  await visitor.page.goto(`${issuer}/demo`);
  await visitor.sees('Welcome to the demo');
  yield 'demo';
  await visitor.follow('Sign in with Gatehouse');
  await visitor.sees('Sign in');
  yield 'sign-in';
  await visitor.press('Back to Demo');
  await visitor.sees('Welcome to the demo', 'nothing was shared');
  yield 'demo-notice';
  await visitor.follow('Sign in with Gatehouse');
  await visitor.sees('Sign in');
  await visitor.skipValidation();
  await visitor.press('Sign in');
  await visitor.sees('Sign in', 'Enter your password.');
  yield 'sign-in-empty';
  await visitor.fill({ 'E-mail address': 'ada@example.com', Password: 'not this one' });
  await visitor.press('Sign in');
  await visitor.sees('Sign in', 'don’t match');
  yield 'sign-in-no-match';
}

async function* registration(visitor: Visitor, email: string) {
  await visitor.follow('Create an account');
  await visitor.sees('Create an account');
  yield 'register';
  await visitor.skipValidation();
  await visitor.fill({ Name: 'a'.repeat(201), 'E-mail address': 'ada@', Password: 'too short' });
  await visitor.press('Create account');
  await visitor.sees('Create an account', 'such as ada@example.com');
  yield 'register-errors';
  await visitor.fill({ Name: 'Ada Lovelace', 'E-mail address': email, Password: PASSWORD });
  await visitor.press('Create account');
  await visitor.sees(/^Share your details/);
  yield 'consent';
}

async function* signedIn(visitor: Visitor) {
  await visitor.press('Allow');
  await visitor.sees('You’re signed in to Demo');
  yield 'demo-home';
  await visitor.press('Call the API');
  await visitor.sees('You’re signed in to Demo', 'The API answered 200');
  yield 'demo-home-api';
  await visitor.press('Refresh the tokens');
  await visitor.sees('You’re signed in to Demo', 'The tokens were refreshed.');
  yield 'demo-home-refreshed';
}

/** The application asks for the password once more. */
async function* confirmation(visitor: Visitor, issuer: string) {
  await visitor.page.goto(authorizeUrl(issuer, { prompt: 'login' }));
  await visitor.sees('Please confirm it’s you');
  yield 'confirm';
}

async function* signOut(visitor: Visitor, issuer: string) {
  await visitor.page.goto(`${issuer}/demo`);
  await visitor.press('Sign out');
  await visitor.sees('Sign out?');
  yield 'sign-out';
  await visitor.page.goto(`${issuer}/oauth2/logout`);
  await visitor.press('Stay signed in');
  await visitor.sees('You’re still signed in');
  yield 'still-signed-in';
  await visitor.page.goto(`${issuer}/oauth2/logout?client_id=demo-web`);
  await visitor.press('Sign out');
  await visitor.sees('You’re signed out');
  yield 'signed-out';
}

/** Where nothing goes on, and each says what to do. */
async function* dead(visitor: Visitor, issuer: string) {
  await visitor.page.goto(`${issuer}/account/register`);
  await visitor.fill({ 'E-mail address': newEmail(), Password: PASSWORD });
  await visitor.press('Create account');
  await visitor.sees('Your account is ready');
  yield 'registered';
  await visitor.page.goto(`${issuer}/interaction/nobody-knows-this-one`);
  await visitor.sees('Please sign in again');
  yield 'lost';
  await visitor.page.context().clearCookies();
  await visitor.page.reload();
  await visitor.sees('Please sign in again');
  yield 'lost-without-way';
  await visitor.page.goto(authorizeUrl(issuer, { client_id: 'nobody' }));
  await visitor.sees('We don’t know this application');
  yield 'unknown-application';
  await visitor.page.goto(`${issuer}/nowhere`);
  await visitor.sees('There’s no such page');
  yield 'not-found';
}

/** As the demo asks, without its cookies: for what it has no button for. */
export function authorizeUrl(issuer: string, parameters: Readonly<Record<string, string>> = {}): string {
  const request = {
    client_id: 'demo-web',
    response_type: 'code',
    redirect_uri: `${issuer}/demo/callback`,
    scope: 'openid profile email',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...parameters,
  };
  return `${issuer}/oauth2/authorize?${new URLSearchParams(request)}`;
}
