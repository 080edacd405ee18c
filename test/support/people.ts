import { type AuthorizationRequest, consentAt, newEmail, PASSWORD, type RelyingParty } from './relying-party.ts';
import { type Page, UserAgent } from './user-agent.ts';

/** Somebody with an account. */
export interface Person {
  readonly email: string;
  readonly password: string;
}

/** Registers somebody new, in a browser of their own and on the way to no application. */
export async function newPerson(issuer: string): Promise<Person> {
  const agent = new UserAgent(issuer);
  const person = { email: newEmail(), password: PASSWORD };
  const page = await agent.submit(await agent.open('/account/register'), { name: 'Grace Hopper', ...person });
  if (!page.text.includes('Your account is ready')) throw new Error(`not registered: ${page.status}\n${page.text}`);
  return person;
}

/** Sends the sign-in form that `page` shows. */
export function signInAt(agent: UserAgent, page: Page, { email, password }: Person): Promise<Page> {
  return agent.submit(page, { email, password });
}

/** The engine's page that sends itself on by script, when another person signs in: this browser has no script. */
export function switchAt(agent: UserAgent, page: Page): Promise<Page> {
  return page.text.includes('id="op.form"') ? agent.submit(page, {}) : Promise.resolve(page);
}

/** What stands in the address that the application was called back at. */
export function answerOf(page: Page): Record<string, string> {
  const url = URL.parse(page.location ?? '');
  const inFragment = new URLSearchParams(url?.hash.slice(1));
  return Object.fromEntries([...(url?.searchParams ?? []), ...inFragment]);
}

/** Signs a person in at a new authorization request, whoever was before them; ends where the application is called. */
export async function signIn(agent: UserAgent, party: RelyingParty, request: AuthorizationRequest, person: Person) {
  const page = await signInAt(agent, await agent.open(party.authorizeUrl(request)), person);
  return consentAt(agent, await switchAt(agent, page));
}

/** Whether this browser is signed in: the answer to a request that may ask nothing. */
export async function askSilently(agent: UserAgent, party: RelyingParty, request: AuthorizationRequest) {
  return answerOf(await agent.open(party.authorizeUrl({ ...request, prompt: 'none' })));
}
