import { Busboy } from '@fastify/busboy';
import { boundaryOf } from '../../../server/src/upload/receive/multipart/boundary';
import {
  parseMultipart,
  type MultipartLimits,
} from '../../../server/src/upload/receive/multipart/parse';
import { parsePartHeaders } from '../../../server/src/upload/receive/multipart/part-headers';
import { cpuTime } from '../../support/cpu-time';

const LIMITS: MultipartLimits = { headerSize: 1000, countOutside() {} };

/** A body in chunks of this size, as a socket could deliver it. */
async function* inChunks(body: Buffer, size: number) {
  for (let at = 0; at < body.length; at += size) {
    yield body.subarray(at, at + size);
  }
}

async function parse(body: Buffer | string, chunkSize = 7, boundary = 'B', limits = LIMITS) {
  const parts = [];
  const source = inChunks(Buffer.from(body), chunkSize);
  for await (const { body: bytes, ...headers } of parseMultipart(source, boundary, limits)) {
    const chunks: Buffer[] = [];
    for await (const chunk of bytes) {
      chunks.push(chunk);
    }
    parts.push({ ...headers, content: Buffer.concat(chunks).toString('latin1') });
  }
  return parts;
}

const part = (content: string, headers = 'Content-Disposition: form-data; name="a"') =>
  `--B\r\n${headers}\r\n\r\n${content}\r\n`;

describe('parseMultipart', () => {
  it.each([1, 2, 3, 5, 16, 1000])('finds all parts in chunks of %d bytes', async (size) => {
    const tricky = '\r\n--X\r\n\r\n-\r\r\n--\r\n-B';
    const body = `${part(tricky)}${part('')}${part('last')}--B--\r\n`;
    const parts = await parse(body, size);
    expect(parts.map(({ content }) => content)).toEqual([tricky, '', 'last']);
  });

  it('passes over preamble and epilogue', async () => {
    const body = `This is a\r\nmultipart message\r\n${part('x')}--B--\r\nepilogue --B\r\n`;
    expect(await parse(body)).toMatchObject([{ content: 'x' }]);
  });

  it('lets blanks pass behind a boundary (RFC 2046)', async () => {
    expect(await parse(part('x').replace('--B\r\n', '--B \t\r\n') + '--B--')).toHaveLength(1);
  });

  it('counts what belongs to no content: bytes before the first boundary, and blanks in base64', async () => {
    const outside = async (body: string) => {
      let count = 0;
      const limits = { headerSize: 1000, countOutside: (bytes: number) => void (count += bytes) };
      await parse(body, 50, 'B', limits);
      return count;
    };
    const encoded = 'Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64';
    const lines = `${'QUJD'.repeat(16)}\r\n`.repeat(20);
    expect(await outside(`${part('x')}--B--`)).toBe(0);
    expect(await outside(`${'x'.repeat(5000)}\r\n${part('x')}--B--`)).toBe(5002);
    expect(await outside(`${part(lines, encoded)}--B--`)).toBeLessThan(10);
    expect(await outside(`${part(`QUJD${' '.repeat(5000)}`, encoded)}--B--`)).toBeGreaterThan(4900);
  });

  it('skips what a consumer leaves of a part', async () => {
    const body = Buffer.from(`${part('x'.repeat(5000))}${part('y')}--B--`);
    const names = [];
    for await (const { name } of parseMultipart(inChunks(body, 64), 'B', LIMITS)) {
      names.push(name);
    }
    expect(names).toEqual(['a', 'a']);
  });

  it('goes on to the next part after a loop over one was left early', async () => {
    const body = Buffer.from(`${part('x'.repeat(5000))}${part('y')}--B--`);
    const first = [];
    for await (const { body: bytes } of parseMultipart(inChunks(body, 64), 'B', LIMITS)) {
      for await (const chunk of bytes) {
        first.push(String(chunk)[0]);
        break;
      }
    }
    expect(first).toEqual(['x', 'y']);
  });

  it('says so when a body ends before its closing boundary, wherever it is cut', async () => {
    const body = `${part('content')}${part('more')}--B--`;
    for (let length = 0; length < body.length; length += 1) {
      await expect(parse(body.slice(0, length))).rejects.toThrow(
        'ends before its closing boundary'
      );
    }
  });

  it('refuses lines that end without CR', () =>
    expect(parse(part('x').replaceAll('\r\n', '\n') + '--B--')).rejects.toThrow(/malformed|ends/));

  it('refuses something else behind a boundary', () =>
    expect(parse('--Bx\r\n')).rejects.toThrow('boundary is not followed by a line break'));

  it('bounds the headers of a part', async () => {
    const long = part('x', `Content-Disposition: form-data; name="${'a'.repeat(2000)}"`);
    await expect(parse(`${long}--B--`)).rejects.toThrow('larger than 1000 bytes');
    await expect(parse(`--B\r\n${'a'.repeat(100_000)}`)).rejects.toThrow('larger than 1000 bytes');
  });

  it('undoes base64, and refuses transfer encodings it does not know', async () => {
    const disposition = 'Content-Disposition: form-data; name="a"';
    const encoded = Buffer.from('some bytes')
      .toString('base64')
      .replace(/(.{6})/g, '$1\r\n');
    const headers = `${disposition}\r\nContent-Transfer-Encoding: BASE64`;
    expect(await parse(`${part(encoded, headers)}--B--`, 5)).toMatchObject([
      { content: 'some bytes' },
    ]);
    const other = `${disposition}\r\nContent-Transfer-Encoding: x-secret`;
    await expect(parse(`${part('x', other)}--B--`)).rejects.toThrow('x-secret');
  });

  it('agrees with another parser on random bodies', async () => {
    let seed = 42;
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    const alphabet = ['\r', '\n', '-', 'B', '\r\n--', '\r\n-', '\r\n', 'x', '\0', 'ÿ'];
    for (let round = 0; round < 300; round += 1) {
      const contents = Array.from({ length: random(5) + 1 }, () =>
        Array.from({ length: random(40) }, () => alphabet[random(alphabet.length)]).join('')
      ).map((text) => text.replaceAll('--B', ''));
      const body = Buffer.from(contents.map((text) => part(text)).join('') + '--B--', 'latin1');
      const ours = (await parse(body, random(30) + 1)).map(({ content }) => content);
      expect(ours).toEqual(contents);
      expect(ours).toEqual(await withBusboy(body));
    }
  });
});

/** Contents of all parts, parsed by the library @fastify/busboy. */
function withBusboy(body: Buffer): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const values: string[] = [];
    const busboy = new Busboy({
      headers: { 'content-type': 'multipart/form-data; boundary=B' },
      defCharset: 'latin1',
    });
    busboy.on('field', (_name: string, value: string) => values.push(value));
    busboy.on('finish', () => resolve(values));
    busboy.on('error', reject);
    busboy.end(body);
  });
}

describe('parsePartHeaders', () => {
  const disposition = (rest: string) =>
    parsePartHeaders(Buffer.from(`Content-Disposition: form-data; ${rest}`));

  it.each([
    ['name="a"; filename="b.txt"', 'b.txt'],
    ['name="a"', undefined],
    ['name="a"; filename=""', ''],
    ['name=a; filename=b.txt', 'b.txt'],
    ['name = "a" ; filename = "b.txt"', 'b.txt'],
    ['filename="b; name=x.txt"; name="a"', 'b; name=x.txt'],
    ['name="a"; filename="größe 日本.txt"', 'größe 日本.txt'],
    ['name="a"; filename="say %22hi%22.txt"', 'say "hi".txt'],
    ['name="a"; filename="100%25.txt"', '100%25.txt'],
    ['name="a"; filename="say \\"hi\\".txt"', 'say "hi".txt'],
    ['name="a"; filename="C:\\photos\\me.txt"', 'C:\\photos\\me.txt'],
    ['name="a"; filename*=UTF-8\'\'%e2%82%ac.txt', '€.txt'],
    ['name="a"; filename="x"; filename*=utf-8\'en\'%E2%82%AC.txt', '€.txt'],
    ['name="a"; filename*=iso-8859-1\'\'%A3.txt; filename="x"', '£.txt'],
    ['name="a"; filename="x"; filename*=UTF-8\'\'%ff', 'x'],
    ['name="a"; filename="x"; filename*=utf-7\'\'abc', 'x'],
  ])('reads %s', (rest, fileName) => {
    expect(disposition(rest)).toMatchObject({ name: 'a', fileName });
  });

  it('takes no time over backslashes without end', async () => {
    const header = `name="a"; filename="${'\\'.repeat(16_000)}`;
    expect(await cpuTime(() => disposition(header), 1000)).toBeLessThan(1000);
  });

  it('takes bytes that are no UTF-8 as Latin-1', () => {
    const line = 'Content-Disposition: form-data; name="a"; filename="\xfc.txt"';
    expect(parsePartHeaders(Buffer.from(line, 'latin1')).fileName).toBe('ü.txt');
  });

  it.each([
    ['filename="größe 😀.txt"', 'text/\xff', 'größe 😀.txt', 'text/ÿ'],
    ['filename=voilà', 'text/voilà', 'voilà', 'text/voilà'],
    ['filename="größe.txt"; other="\xff"', 'text/plain', 'größe.txt', 'text/plain'],
    ['filename="\xff"', 'text/größe', 'ÿ', 'text/größe'],
  ])('decodes %s and %s each alone', (rest, type, fileName, contentType) => {
    const block = `Content-Disposition: form-data; name="é"; ${rest}\r\nContent-Type: ${type} `;
    // A `ÿ` stands for the byte FF, which no valid UTF-8 contains. All other letters are UTF-8.
    const bytes = Buffer.from(
      Buffer.from(block)
        .toString('latin1')
        .replace(/\xc3\xbf/g, '\xff'),
      'latin1'
    );
    expect(parsePartHeaders(bytes)).toMatchObject({ name: 'é', fileName, contentType });
  });

  it('goes on over folded lines', () => {
    const block = 'Content-Disposition: form-data;\r\n name="a"\r\nContent-Type: text/plain';
    expect(parsePartHeaders(Buffer.from(block))).toMatchObject({
      name: 'a',
      contentType: 'text/plain',
    });
  });

  it.each([
    '',
    'Content-Type: text/plain',
    'Content-Disposition: attachment; name="a"',
    'no header',
  ])('refuses a part that names no field: %j', (block) =>
    expect(() => parsePartHeaders(Buffer.from(block))).toThrow('malformed')
  );
});

describe('boundaryOf', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data;boundary="a b:c"', 'a b:c'],
    // Clients send these boundaries although RFC 2046 forbids them.
    ['multipart/form-data;boundary=*****', '*****'],
    ['multipart/form-data; boundary=#$&~|^!%', '#$&~|^!%'],
    ['multipart/form-data; boundary="a;b@c"', 'a;b@c'],
    [`multipart/form-data; boundary=${'a'.repeat(256)}`, 'a'.repeat(256)],
    ['multipart/mixed; boundary=a', 'a'],
    ['multipart/related; type="text/plain"; boundary=a', 'a'],
    [
      'Multipart/Form-Data; charset=utf-8; BOUNDARY=----WebKitFormBoundary7MA4',
      '----WebKitFormBoundary7MA4',
    ],
  ])('reads %s', (header, boundary) => expect(boundaryOf(header)).toBe(boundary));

  it.each([
    undefined,
    'text/plain',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    `multipart/form-data; boundary=${'a'.repeat(257)}`,
    'multipart/form-data; boundary="a "',
    'multipart/form-data; boundary="a\u0001b"',
  ])('refuses %s', (header) => expect(() => boundaryOf(header)).toThrow());
});
