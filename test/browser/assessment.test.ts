import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { AssessmentPage, assessmentClient } from '../support/assessment-page.ts';
import { launchBrowser } from '../support/browser.ts';
import { TestDatabaseClock } from '../support/candidates.ts';
import { LastingBrowser } from '../support/lasting-browser.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { installTimeout } from '../support/system.ts';
import { until } from '../support/until.ts';
import { Visitor } from '../support/visitor.ts';

type Body = Readonly<Record<string, unknown>>;

describe('an assessment in a browser', () => {
  let application: AssessmentPage;
  let server: TestServer;
  let browser: Browser;
  let lasting: LastingBrowser;
  const time = new TestDatabaseClock();

  before(async function () {
    this.timeout(installTimeout);
    application = await AssessmentPage.start();
    server = await startServer({ yaml: assessmentClient(application.address), jobs: true, databaseClock: time });
    application.issuer = server.issuer;
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    lasting = await LastingBrowser.make();
  });
  afterEach(() => lasting.close());
  after(async () => {
    await browser?.close();
    await server?.close();
    await application?.close();
  });

  /** The platform's own service, which is no browser. */
  async function call(path: string, body: Body): Promise<Body & { readonly id: string; readonly url: string }> {
    const token = await fetch(`${server.issuer}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('platform:the-secret-of-the-platform-for-testing')}` },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'candidates:write sessions:write',
        resource: `${server.issuer}/v1`,
      }),
    });
    const { access_token } = (await token.json()) as { access_token: string };
    const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
    const answer = await fetch(server.issuer + path, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 201, `${path} ${answer.status}`);
    return (await answer.json()) as Body & { id: string; url: string };
  }

  async function invited(): Promise<{ id: string; url: string }> {
    const candidate = await call('/v1/candidates', { name: 'Ada Lovelace' });
    const session = { assessment: 'sql-basics', duration_seconds: 3600 };
    const { id } = await call(`/v1/candidates/${candidate.id}/sessions`, session);
    const { url } = await call(`/v1/sessions/${id}/invitations`, { client_id: 'assessment' });
    return { id, url };
  }

  const sees = (page: Page, heading: string) => page.getByRole('heading', { name: heading, exact: true }).waitFor();
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const left = async (page: Page) => Number(await page.locator('output').innerText());
  const answers = (page: Page) => Promise.all(['First', 'Second'].map((label) => page.getByLabel(label).inputValue()));

  /** Opens the browser, which comes with the page that somebody left it at, or an empty one. */
  async function opened(): Promise<Page> {
    const [page] = (await lasting.open()).pages();
    return page ?? assert.fail();
  }

  async function begin(page: Page, url: string): Promise<void> {
    await page.goto(url);
    await sees(page, 'Your assessment');
    await page.getByText('Ada Lovelace').waitFor();
    await press(page, 'Go to the assessment');
    await sees(page, 'created');
    await press(page, 'Start');
    await sees(page, 'in_progress');
    await page.getByLabel('First').fill('select');
    await page.getByLabel('Second').fill('from where');
    await press(page, 'Save');
    await sees(page, 'in_progress');
  }

  it('goes on where it was after the browser was killed: the clock has run on, and did not begin anew', async function () {
    this.timeout(60_000);
    const { url } = await invited();
    const page = await opened();
    await begin(page, url);
    time.advance(600);
    await page.getByLabel('Second').fill('from the beginning');
    await press(page, 'Save');
    await until('the page is of 600 s later', async () => (await left(page)) <= 3000);
    const [before, at] = [await left(page), Date.now()];
    assert.ok(before > 2970, `${before} s are left`);
    await lasting.kill('gatehouse_session');
    time.advance(60);
    const again = await opened();
    await again.goto(application.address);
    await sees(again, 'in_progress');
    assert.deepEqual(await answers(again), ['select', 'from the beginning']);
    const [after, passed] = [await left(again), (Date.now() - at) / 1000];
    assert.ok(after <= before - 60 && after >= before - 60 - passed - 1, `${before}, then ${after}, in ${passed} s`);
    await press(again, 'Hand in');
    await sees(again, 'submitted');
    await again.getByText('select, from the beginning').waitFor();
  });

  it('on a break stands still, to the second, after the browser was killed', async function () {
    this.timeout(60_000);
    const { url } = await invited();
    const page = await opened();
    await begin(page, url);
    await press(page, 'Take a break');
    await sees(page, 'paused');
    const before = await left(page);
    await lasting.kill('gatehouse_session');
    time.advance(60);
    const again = await opened();
    await again.goto(application.address);
    await sees(again, 'paused');
    assert.equal(await left(again), before);
    await press(again, 'Go on');
    await sees(again, 'in_progress');
    assert.deepEqual(await answers(again), ['select', 'from where']);
    await press(again, 'Hand in');
    await sees(again, 'submitted');
    await again.getByText('select, from where').waitFor();
    assert.equal((await again.goto(url))?.status(), 400);
    await sees(again, 'This assessment is over');
  });

  it('goes on on another device, and the one before is told so', async () => {
    const { id, url } = await invited();
    const older = await Visitor.of(browser, { javaScriptEnabled: false });
    await begin(older.page, url);
    const before = await left(older.page);
    const { code } = await call(`/v1/sessions/${id}/resume-code`, {});
    const newer = await Visitor.of(browser, { javaScriptEnabled: false });
    await newer.page.goto(`${server.issuer}/candidate/resume`);
    await newer.seesAndIsAt('Enter your code');
    await newer.page.keyboard.type(String(code));
    await newer.page.keyboard.press('Enter');
    await sees(newer.page, 'in_progress');
    assert.deepEqual(await answers(newer.page), ['select', 'from where']);
    const after = await left(newer.page);
    assert.ok(after <= before && after > before - 30, `${before}, then ${after}`);
    await older.page.getByLabel('First').fill('update');
    await press(older.page, 'Save');
    await sees(older.page, 'You’re working on another device');
    await press(newer.page, 'Hand in');
    await sees(newer.page, 'submitted');
    await newer.page.getByText('select, from where').waitFor();
    await Promise.all([older.leave(), newer.leave()]);
  });
});
