import { enter } from './account-page.ts';
import { allowDemo, askForAccount, newestMail, typeCode } from './demo.ts';
import { newEmail } from './relying-party.ts';
import { UserAgent } from './user-agent.ts';
import type { Visitor } from './visitor.ts';

const ANDROID =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36';
const NEW_PASSWORD = 'another battery, staple and horse';

/** Every page of somebody's own account, in every state: a walk such as `tour`, on a server with the demo. */
export async function* accountTour(visitor: Visitor, issuer: string): AsyncGenerator<string> {
  const email = newEmail();
  await askForAccount(visitor, issuer, email);
  await typeCode(visitor, issuer, email);
  await allowDemo(visitor);
  yield* profile(visitor, issuer);
  const changed = yield* address(visitor, issuer);
  yield* access(visitor, issuer, changed);
  yield* end(visitor, issuer, changed);
}

async function* profile(visitor: Visitor, issuer: string) {
  const { page } = visitor;
  await page.goto(`${issuer}/account`);
  await visitor.sees('Your account');
  yield 'account';
  await page.getByRole('link', { name: /^Name / }).click();
  await visitor.sees('What should we call you?');
  yield 'account-name';
  await visitor.fill({ Name: 'x'.repeat(201) });
  await visitor.press('Save');
  await visitor.sees('What should we call you?', 'at most 200 characters');
  yield 'account-name-error';
  await visitor.fill({ Name: 'Ada King' });
  await visitor.press('Save');
  await visitor.sees('Your account', 'Your name was changed.');
  yield 'account-notice';
  await page.getByRole('link', { name: /^Language / }).click();
  await visitor.sees('Which language do you want?');
  yield 'account-language';
}

async function* address(visitor: Visitor, issuer: string) {
  const { page } = visitor;
  const email = newEmail();
  await page.goto(`${issuer}/account/email`);
  await visitor.sees('Change your e-mail address');
  yield 'account-email';
  await visitor.skipValidation();
  await visitor.fill({ 'New e-mail address': 'ada@' });
  await visitor.press('Send the link');
  await visitor.sees('Change your e-mail address', 'such as ada@example.com');
  yield 'account-email-error';
  await visitor.fill({ 'New e-mail address': email });
  await visitor.press('Send the link');
  await visitor.sees('Check your mail', email);
  yield 'account-email-sent';
  await page.goto((await newestMail(issuer, email, 'Confirm your new address')).links[0]);
  await visitor.sees('Use this address from now on?');
  yield 'account-confirm-email';
  await visitor.press('Use this address');
  await visitor.sees('Your address is changed', email);
  yield 'account-email-changed';
  return email;
}

async function* access(visitor: Visitor, issuer: string, email: string) {
  const { page } = visitor;
  await page.goto(`${issuer}/account/password`);
  await visitor.sees('Change your password');
  yield 'account-password';
  await visitor.skipValidation();
  await visitor.fill({ 'New password': 'too short' });
  await visitor.press('Change the password');
  await visitor.sees('Change your password', 'at least 15 characters');
  yield 'account-password-error';
  await visitor.fill({ 'New password': NEW_PASSWORD });
  await visitor.press('Change the password');
  await visitor.sees('Your account', 'Your password was changed');
  await enter(new UserAgent(issuer, { 'user-agent': ANDROID }), { email, password: NEW_PASSWORD });
  await page.goto(`${issuer}/account/sessions`);
  await visitor.sees('Where you’re signed in', 'Chrome on Android');
  yield 'account-sessions';
  await visitor.press('Sign out everywhere else');
  await visitor.sees('Where you’re signed in', 'signed out everywhere else');
  yield 'account-sessions-one';
  await page.goto(`${issuer}/account/applications`);
  await visitor.sees('Applications with access', 'Demo');
  yield 'account-applications';
  await visitor.press('Take it back – Demo');
  await visitor.sees('Applications with access', 'given no application access');
  yield 'account-applications-none';
}

async function* end(visitor: Visitor, issuer: string, email: string) {
  const { page } = visitor;
  await page.goto(`${issuer}/account/data`);
  await visitor.sees('Download your data');
  yield 'account-data';
  await page.goto(`${issuer}/account/delete`);
  await visitor.sees('Delete your account');
  yield 'account-delete';
  await visitor.fill({ 'Your e-mail address, to confirm': newEmail() });
  await visitor.press('Delete my account');
  await visitor.sees('Delete your account', 'isn’t the address');
  yield 'account-delete-error';
  await visitor.fill({ 'Your e-mail address, to confirm': email });
  await visitor.press('Delete my account');
  await visitor.sees('Your account will be deleted');
  yield 'account-deleted';
  await visitor.follow('Sign in');
  await visitor.sees('Sign in');
  await visitor.fill({ 'E-mail address': email, Password: NEW_PASSWORD });
  await visitor.press('Sign in');
  await visitor.sees('Keep your account?');
  yield 'keep-account';
  await visitor.press('Keep my account');
  await visitor.sees('Your account');
}
