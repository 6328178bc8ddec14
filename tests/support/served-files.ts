import { execFileSync } from 'node:child_process';
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

/** Content of `file.txt`. */
export const CONTENT = '0123456789abcdefghij';

/** Bytes that differ at each position, and that are too many for one chunk of an answer. */
export const BIG = Buffer.from(Uint32Array.from({ length: 100_000 }, (_, index) => index).buffer);

/** Time of each file's last change. RFC 9110 section 5.6.7 gives this date in three formats. */
export const MODIFIED = 'Sun, 06 Nov 1994 08:49:37 GMT';

const FILES: Record<string, string | Buffer> = {
  'file.txt': CONTENT,
  'empty.txt': '',
  'big.bin': BIG,
  'page.html': '<p>page</p>',
  'page.xhtml': '<html xmlns="http://www.w3.org/1999/xhtml"/>',
  'drawing.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'feed.xml': '<?xml version="1.0"?><feed/>',
  'script.js': 'alert(1)',
  'style.css': 'p {}',
  'table.csv': 'a,b\n1,2\n',
  'data.json': '{}',
  'paper.pdf': '%PDF-1.4\n%%EOF\n',
  unnamed: Buffer.from([0, 1, 2, 3]),
  'not-a-picture.png': '<script>alert(1)</script>',
  'ä b.html': '<p>ä</p>',
  'a"b;c.html': '<p>quote</p>',
  '100%.txt': 'percent',
  'sub/inner.txt': 'inner',
  '.hidden': 'secret',
  '.staging/half': 'secret',
  'sub/.hidden': 'secret',
  '../outside.txt': 'secret',
};

/** Fills an uploads folder with the files that the tests of serving request. */
export async function fillFolder(uploads: string): Promise<void> {
  const picture = sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } });
  const files = { ...FILES, 'picture.png': await picture.png().toBuffer() };
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(uploads, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    await utimes(file, new Date(MODIFIED), new Date(MODIFIED));
  }
  await symlink('file.txt', path.join(uploads, 'linked.txt'));
  await symlink('circle', path.join(uploads, 'circle'));
  execFileSync('mkfifo', [path.join(uploads, 'pipe')]);
}
