import { CALLBACK } from './declaration.ts';
import { Sittings } from './sittings.ts';
import { authorizeUrl } from './tour.ts';
import { until } from './until.ts';
import type { Visitor } from './visitor.ts';

/** Every page of a candidate's way in, in every state: a walk such as `tour`, on a server of `assessmentDeclaration`. */
export async function* candidateTour(visitor: Visitor, issuer: string): AsyncGenerator<string> {
  const sittings = new Sittings({ issuer });
  yield* comingIn(visitor, issuer, sittings);
  yield* closed(visitor, sittings);
  yield* byCode(visitor, issuer);
}

async function* comingIn(visitor: Visitor, issuer: string, sittings: Sittings) {
  const { page } = visitor;
  const link = await sittings.invite((await sittings.session()).id);
  await page.goto(link);
  await visitor.sees('Your assessment', 'Ada Lovelace');
  yield 'candidate-enter';
  // Nobody is at the application's address.
  await visitor.press('Go to the assessment');
  await until('the browser says so', () => page.url().startsWith('chrome-error:'));
  await page.goto(link);
  await visitor.sees('You’re signed in already');
  yield 'candidate-here';
  await page.goto(`${issuer}/account`);
  await visitor.sees('You’re here for an assessment');
  yield 'account-candidate';
  const other = await sittings.session({}, { name: 'Grace Hopper' });
  await sittings.come(other);
  await page.goto(await sittings.invite(other.id));
  await visitor.sees('Your assessment', 'Ada Lovelace is signed in here');
  yield 'candidate-enter-notices';
}

async function* closed(visitor: Visitor, sittings: Sittings) {
  const { page } = visitor;
  const session = await sittings.session();
  const link = await sittings.invite(session.id);
  await sittings.arrive(link);
  await page.goto(link);
  await visitor.sees('This link was used already');
  yield 'candidate-closed-used';
  await page.goto(`${link}x`);
  await visitor.sees('We don’t know this link');
  yield 'candidate-closed-unknown';
  await sittings.step(session.id, 'terminate');
  await page.goto(link);
  await visitor.sees('This assessment is over');
  yield 'candidate-closed-over';
}

async function* byCode(visitor: Visitor, issuer: string) {
  const { page } = visitor;
  await page.context().clearCookies();
  await page.goto(authorizeUrl(issuer, { client_id: 'assess', redirect_uri: CALLBACK, scope: 'openid assessment' }));
  await visitor.sees('Sign in', 'Here for an assessment?');
  yield 'candidate-sign-in';
  await visitor.follow('Enter your code');
  await visitor.sees('Enter your code');
  yield 'candidate-resume';
  await visitor.fill({ 'Your code': 'BCDF-GHJK' });
  await visitor.press('Continue');
  await visitor.sees('Enter your code', 'That code doesn’t work');
  yield 'candidate-resume-error';
}
