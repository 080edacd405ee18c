import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { API, TestIssuer } from '../../support/issuer.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const GATEWAY = `
import { createVerifier } from './verifier/index.ts';
const [issuer, token] = process.argv.slice(2);
const { sub } = await createVerifier({ issuer, audience: '${API}' }).verify(token);
console.log(sub);
`;

describe('verifier: its folder, in another project', () => {
  it('works with jose and Node alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-gateway-'));
    const issuer = await TestIssuer.start();
    await cp(join(ROOT, 'src/verifier'), join(folder, 'verifier'), { recursive: true });
    await mkdir(join(folder, 'node_modules'));
    await symlink(join(ROOT, 'node_modules/jose'), join(folder, 'node_modules/jose'));
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
    await writeFile(join(folder, 'gateway.ts'), GATEWAY);
    const args = ['--disable-warning=ExperimentalWarning', 'gateway.ts', issuer.url, await issuer.token()];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    assert.deepEqual([stdout.trim(), stderr], ['ada', '']);
    await issuer.close();
    await rm(folder, { recursive: true });
  });
});
