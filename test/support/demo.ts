import { newEmail, PASSWORD } from './relying-party.ts';
import type { Visitor } from './visitor.ts';

/** What a person does at the demo, one page after another. */

export const credentials = (address: string, password = PASSWORD) => ({
  'E-mail address': address,
  Password: password,
});

/** From the application's first page to the consent page, with a new account; its address. */
export async function registerAtDemo(visitor: Visitor, issuer: string): Promise<string> {
  const address = newEmail();
  await visitor.page.goto(`${issuer}/demo`);
  await visitor.follow('Sign in with Gatehouse');
  await visitor.follow('Create an account');
  await visitor.fill({ Name: 'Ada Lovelace', ...credentials(address) });
  await visitor.press('Create account');
  await visitor.sees('Share your details with Demo?');
  return address;
}

export async function allowDemo(visitor: Visitor): Promise<void> {
  await visitor.press('Allow');
  await visitor.sees('You’re signed in to Demo');
}

/** Signs out of the application and of Gatehouse. */
export async function signOutOfDemo(visitor: Visitor): Promise<void> {
  await visitor.press('Sign out');
  await visitor.sees('Sign out?');
  await visitor.press('Sign out');
  await visitor.sees('Welcome to the demo');
}
