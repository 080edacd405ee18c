import { prepareTemplate, startCluster } from './fixtures.ts';

/**
 * For a `describe` that is exact about which transactions run: xids are a cluster's, so the tests of other files, which write
 * to databases of their own, would be seen. Its first hook, and its last.
 */
export function inOwnCluster(): void {
  const ofTheRun = process.env['GATEHOUSE_TEST_DATABASE'];
  let stop: (() => Promise<void>) | undefined;
  before(async () => {
    stop = await startCluster();
    await prepareTemplate();
  });
  after(async () => {
    if (ofTheRun !== undefined) process.env['GATEHOUSE_TEST_DATABASE'] = ofTheRun;
    await stop?.();
  });
}
