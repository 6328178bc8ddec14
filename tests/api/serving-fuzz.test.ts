import http from 'node:http';
import fc from 'fast-check';
import { fuzzRuns } from '../support/fuzz-runs';
import { send, type RawAnswer } from '../support/raw';
import { BIG, CONTENT, fillFolder, MODIFIED } from '../support/served-files';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

const RUNS = fuzzRuns(500, 2500);

const FILES: Record<string, Buffer> = {
  'file.txt': Buffer.from(CONTENT),
  'empty.txt': Buffer.alloc(0),
  'big.bin': BIG,
};

/** Text that HTTP allows in a header: no line ends and no other control characters. */
const anyText = fc
  .array(
    fc.oneof(fc.integer({ min: 32, max: 126 }), fc.integer({ min: 128, max: 255 }), fc.constant(9)),
    { maxLength: 60 }
  )
  .map((codes) => String.fromCharCode(...codes));

const blank = fc.constantFrom('', '', '', ' ', '\t', '  ');
const position = fc.oneof(
  fc.nat(25).map(String),
  fc.nat(500_000).map(String),
  fc.constantFrom(
    '',
    '',
    '19',
    '20',
    '399999',
    '400000',
    '007',
    '9007199254740993',
    '9'.repeat(400),
    '1.5',
    '-1',
    'x'
  )
);
const spec = fc
  .tuple(blank, position, fc.constantFrom('-', '-', '-', '-', '--', '', ' - '), position, blank)
  .map((parts) => parts.join(''));
const rangeSet = fc
  .tuple(
    fc.constantFrom('bytes=', 'bytes=', 'bytes=', 'Bytes=', 'bytes =', 'items=', ''),
    fc.array(spec, { maxLength: 40 })
  )
  .map(([unit, specs]) => unit + specs.join(','));
/** Well-formed values of the header Range, so that the server acts on them. */
const soundSet = fc
  .array(
    fc.oneof(
      fc.tuple(fc.nat(30), fc.nat(30)).map(([start, length]) => `${start}-${start + length}`),
      fc
        .tuple(fc.nat(399_000), fc.nat(90_000))
        .map(([start, length]) => `${start}-${start + length}`),
      fc.nat(600_000).map((start) => `${start}-`),
      fc.nat(30).map((length) => `-${length}`)
    ),
    { minLength: 1, maxLength: 20 }
  )
  .map((specs) => `bytes=${specs.join(', ')}`);
const range = fc.oneof(
  { weight: 6, arbitrary: soundSet },
  { weight: 6, arbitrary: rangeSet },
  { weight: 1, arbitrary: anyText }
);

const etags = fc
  .array(
    fc.oneof(
      fc.constantFrom('{etag}', 'W/{etag}', '*', '"other"', '"', 'W/', '', '"a,b"'),
      anyText
    ),
    { maxLength: 5 }
  )
  .map((list) => list.join(', '));
const date = fc.oneof(
  fc.constantFrom(MODIFIED, 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994', 'x'),
  fc.date({ noInvalidDate: true, max: new Date('2200-01-01') }).map((time) => time.toUTCString()),
  anyText
);

const conditional = fc.record(
  {
    range,
    'if-range': fc.oneof(etags, date),
    'if-match': etags,
    'if-none-match': etags,
    'if-modified-since': date,
    'if-unmodified-since': date,
  },
  { requiredKeys: [] }
);
const headers = fc.oneof(conditional, fc.record({ range }));

type Headers = Partial<
  Record<
    'range' | 'if-match' | 'if-none-match' | 'if-modified-since' | 'if-unmodified-since',
    string
  >
>;

let server: Server;
const agent = new http.Agent({ keepAlive: true });

beforeAll(async () => {
  server = await sharedServer();
  await fillFolder(server.project.uploads);
});
afterAll(async () => {
  agent.destroy();
  await server.stop();
});

const get = (name: string, sent: Record<string, string>, method = 'GET') =>
  send(server.url, { method, path: `/uploads/${name}`, headers: sent, agent, timeout: 20_000 });

/** The ranges in an answer, each with its bytes. */
function partsOf({ headers, body }: RawAnswer): { range: string; bytes: Buffer }[] {
  const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(
    headers['content-type'] ?? ''
  )?.[1];
  if (!boundary) {
    return [{ range: String(headers['content-range']), bytes: body }];
  }
  expect(headers['content-range']).toBeUndefined();
  const [preamble, ...parts] = body.toString('latin1').split(`\r\n--${boundary}`);
  expect([preamble, parts.pop()]).toEqual(['', '--\r\n']);
  return parts.map((part) => {
    const end = part.indexOf('\r\n\r\n');
    const [, partRange = ''] = /\r\nContent-Range: (.+)$/.exec(part.slice(0, end)) ?? [];
    return { range: partRange, bytes: Buffer.from(part.slice(end + 4), 'latin1') };
  });
}

function expectParts(answer: RawAnswer, content: Buffer): void {
  const parts = partsOf(answer).map(({ range: text, bytes }) => {
    const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(text)!.map(Number) as number[];
    expect([start! <= end!, end! < content.length, size]).toEqual([true, true, content.length]);
    expect(bytes.equals(content.subarray(start, end! + 1))).toBe(true);
    return { start: start!, end: end! };
  });
  expect(parts.length).toBeGreaterThan(0);
  expect(parts.length).toBeLessThanOrEqual(16);
  parts.sort((a, b) => a.start - b.start);
  parts.slice(1).forEach(({ start }, index) => expect(start).toBeGreaterThan(parts[index]!.end));
}

/** Checks what must be true for every answer, whatever the request was. */
function expectSound(answer: RawAnswer, sent: Headers, content: Buffer): void {
  const { status, body } = answer;
  expect([200, 206, 304, 412, 416]).toContain(status);
  expect(answer.headers['content-length']).toBe(status === 304 ? undefined : String(body.length));
  if (status === 200) {
    expect(body.equals(content)).toBe(true);
  } else if (status === 206) {
    expect(sent.range).toBeDefined();
    expectParts(answer, content);
  } else {
    expect(body).toHaveLength(0);
  }
  if (status === 416) {
    expect(sent.range).toBeDefined();
    expect(answer.headers['content-range']).toBe(`bytes */${content.length}`);
  }
  if (status === 304) {
    expect(sent['if-none-match'] ?? sent['if-modified-since']).toBeDefined();
  }
  if (status === 412) {
    expect(sent['if-match'] ?? sent['if-unmodified-since']).toBeDefined();
  }
}

it(`answers any range and any conditions soundly, ${RUNS} times`, async () => {
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(FILES)), headers, async (name, made) => {
      const etag = (await get(name, {}, 'HEAD')).headers.etag!;
      const sent = Object.fromEntries(
        Object.entries(made).map(([key, value]) => [key, value.replaceAll('{etag}', etag)])
      );
      const answer = await get(name, sent);
      seen.add(answer.status);
      expectSound(answer, sent, FILES[name]!);
    }),
    { numRuns: RUNS }
  );
  // If one of these statuses is missing, the random headers do not cover enough.
  expect([...seen].sort()).toEqual([200, 206, 304, 412, 416]);
}, 300_000);

it(`answers any name, ${RUNS} times`, async () => {
  const escaped = fc
    .integer({ min: 0, max: 255 })
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
  const piece = fc.oneof(
    escaped,
    fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      '%2e',
      '%2f',
      '%5c',
      '%00',
      '.staging',
      'half',
      '.hidden',
      'outside.txt',
      'sub',
      '%',
      '?download=',
      '&',
      ';'
    )
  );
  const target = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(target, async (name) => {
      const { status, body } = await get(name, {});
      expect(status).toBeLessThan(500);
      expect(String(body)).not.toContain('secret');
    }),
    { numRuns: RUNS }
  );
}, 300_000);
