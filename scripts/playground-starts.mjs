// Tests the first command of the README, on a free port. Runs `npm run playground` and waits for the demo page. Then
// runs the printed `curl` line and logs in with the printed login. Ends with `N passed, N failed`.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { withPlayground } from './support/playground.mjs';

let passed = 0;
let failed = 0;
const check = (name, good) => {
  console.log(`${good ? 'ok' : 'not ok'} - ${name}`);
  passed += good ? 1 : 0;
  failed += good ? 0 : 1;
};

try {
  await withPlayground(async ({ url, curl, login }) => {
    check('npm run playground prints a curl line', true);
    const page = await fetch(`${url}/demo.html`);
    check('the demo page is there', page.ok && (await page.text()).includes('upload-form'));
    const { stdout } = await promisify(execFile)('sh', ['-c', curl], { timeout: 30_000 });
    check('the curl line uploads a file', JSON.parse(stdout)[0]?.name === 'hello.txt');
    const admin = await fetch(`${url}/admin`);
    check('the admin panel is there', admin.ok);
    const signIn = await fetch(`${url}/admin/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(login),
    });
    check('the printed login opens the admin panel', signIn.ok);
  });
} catch (error) {
  check(`the playground works: ${error.message}`, false);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
