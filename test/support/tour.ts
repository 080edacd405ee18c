import { CALLBACK } from './declaration.ts';
import { credentials, newestCode, newestMail } from './demo.ts';
import { newEmail, PASSWORD } from './relying-party.ts';
import type { Visitor } from './visitor.ts';

/**
 * Every page a person can come to, in every state, one after another: walks there and says its name. Whoever walks
 * along looks at `visitor.page` in between, and may change its size and colours, but not what is on it.
 */
export async function* tour(visitor: Visitor, issuer: string, email = newEmail()): AsyncGenerator<string> {
  yield* signIn(visitor, issuer);
  yield* registration(visitor, email);
  yield* proof(visitor, issuer, email);
  yield* signedIn(visitor);
  yield* confirmation(visitor, issuer);
  yield* signOut(visitor, issuer);
  yield* forgotten(visitor, issuer, email);
  yield* mailbox(visitor, issuer);
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
  await visitor.sees('Check your mail', email);
  yield 'verify-email';
}

/** The address is proved by the mail's code, after one that was wrong and a second mail. */
async function* proof(visitor: Visitor, issuer: string, email: string) {
  const code = await newestCode(issuer, email);
  await visitor.fill({ 'Code from the mail': wrong(code) });
  await visitor.press('Confirm');
  await visitor.sees('Check your mail', 'That code doesn’t match');
  yield 'verify-email-wrong-code';
  await visitor.press('Send it again');
  await visitor.sees('Check your mail', SENT_AGAIN);
  yield 'verify-email-sent-again';
  await visitor.fill({ 'Code from the mail': code });
  await visitor.press('Confirm');
  await visitor.sees(/^Share your details/);
  yield 'consent';
}

/** What the page says to somebody who asks for another mail, whether one was due or not. */
export const SENT_AGAIN = 'Use the newest you have.';

/** Six digits that are not these. */
export const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

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

/** A password forgotten and set anew, and what the mails' links say in another browser or a second time. */
async function* forgotten(visitor: Visitor, issuer: string, email: string) {
  const { page } = visitor;
  await page.goto(`${issuer}/demo/start`);
  await visitor.follow('Forgot your password?');
  await visitor.sees('Forgot your password?');
  yield 'forgot-password';
  await visitor.skipValidation();
  await visitor.fill({ 'E-mail address': 'ada@' });
  await visitor.press('Send the link');
  await visitor.sees('Forgot your password?', 'such as ada@example.com');
  yield 'forgot-password-error';
  await page.goto(`${issuer}/account/forgot-password`);
  await visitor.fill({ 'E-mail address': email });
  await visitor.press('Send the link');
  await visitor.sees('Check your mail', 'If there’s an account');
  yield 'forgot-sent';
  const reset = (await newestMail(issuer, email, 'Set a new password')).links[0];
  await page.goto(reset);
  await visitor.sees('Set a new password');
  yield 'reset-password';
  await visitor.skipValidation();
  await visitor.fill({ 'New password': 'too short' });
  await visitor.press('Set password');
  await visitor.sees('Set a new password', 'Use at least 15 characters.');
  yield 'reset-password-error';
  await visitor.fill({ 'New password': PASSWORD });
  await visitor.press('Set password');
  await visitor.sees('Your password is changed');
  yield 'password-changed';
  await page.goto(reset);
  await visitor.fill({ 'New password': PASSWORD });
  await visitor.press('Set password');
  await visitor.sees('This link no longer works');
  yield 'link-invalid-reset';
}

/** Mail that nobody has an application for: each step is a page of its own. */
async function* mailbox(visitor: Visitor, issuer: string) {
  const { page } = visitor;
  const email = newEmail();
  await page.goto(`${issuer}/account/register`);
  await visitor.fill(credentials(email));
  await visitor.press('Create account');
  await visitor.sees('Check your mail', email);
  const link = (await newestMail(issuer, email, 'Confirm your address')).links[0];
  await page.goto(link);
  await visitor.sees('Confirm your address');
  yield 'confirm-email';
  await visitor.press('Confirm my address');
  await visitor.sees('Your address is confirmed');
  yield 'email-confirmed';
  await page.goto(link);
  await visitor.press('Confirm my address');
  await visitor.sees('This link no longer works');
  yield 'link-invalid';
  await page.goto(`${issuer}/dev/mailbox`);
  await visitor.sees('Mailbox', email);
  yield 'mailbox';
}

/** Where nothing goes on, and each says what to do. */
async function* dead(visitor: Visitor, issuer: string) {
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

/** What is seen only where addresses need no proof: on the server of `declaration.ts`. */
export async function* trustingTour(visitor: Visitor, issuer: string): AsyncGenerator<string> {
  const { page } = visitor;
  await page.goto(authorizeUrl(issuer, { client_id: 'web', redirect_uri: CALLBACK }));
  await visitor.sees('Sign in');
  await page.goto(`${issuer}/account/register`);
  await visitor.fill(credentials(newEmail()));
  await visitor.press('Create account');
  await visitor.sees('Your account is ready');
  yield 'registered';
  await page.goto(`${issuer}/v1/docs`);
  await visitor.sees('API');
  await page.locator('summary').first().click();
  yield 'api-docs';
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
