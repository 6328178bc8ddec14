import fc from 'fast-check';

export const BOUNDARY = 'fuzz-Boundary_7';

export interface FormPart {
  name: string;
  /** Name of the file; undefined if the part is a field. */
  fileName: string | undefined;
  type: string | undefined;
  content: Buffer;
}

/** A form, and the optional bytes around its parts. */
export interface Form {
  parts: FormPart[];
  preamble: string;
  epilogue: string;
  /** Blanks after each boundary (RFC 2046 section 5.1.1 allows them). */
  padding: string;
}

/** Texts that a faulty parser could take for a boundary or for the end of the headers. */
const TEMPTING = [
  `--${BOUNDARY}`,
  `\n--${BOUNDARY}`,
  `\r\n--${BOUNDARY.slice(0, -1)}`,
  `\r\n--`,
  `\r\n-`,
  '\r\n\r\n',
  '\r',
  '\n',
  '--',
  BOUNDARY,
];

const text = fc
  .array(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(...TEMPTING)), {
    maxLength: 6,
  })
  .map((pieces) => pieces.join(''));

const content = fc
  .oneof(
    text.map((piece): Buffer => Buffer.from(piece)),
    fc.uint8Array({ maxLength: 300 }).map((bytes): Buffer => Buffer.from(bytes))
  )
  // A content must not contain a real boundary, which would end the part.
  .filter((data) => !`\r\n${data.toString('latin1')}`.includes(`\r\n--${BOUNDARY}`));

const fieldName = fc.constantFrom('ref', 'refId', 'field', 'fileInfo', 'path', '__proto__x', 'é');
const fileName = fc.oneof(
  fc.constantFrom('a.txt', 'photo.own', '', '..', 'é 😀.pdf', 'a.tar.gz', '../../x.bin'),
  fc.string({ maxLength: 30 }).map((name) => name.replace(/["\\%\r\n\0]/g, '_'))
);
const contentType = fc.constantFrom(
  undefined,
  'text/plain',
  'application/octet-stream',
  'application/x-own',
  'nonsense'
);

const part: fc.Arbitrary<FormPart> = fc.oneof(
  fc.record({
    name: fieldName,
    fileName: fc.constant(undefined),
    type: fc.constant(undefined),
    content: text
      .map((piece) => Buffer.from(piece))
      .filter((data) => !data.includes(`--${BOUNDARY}`)),
  }),
  fc.record({ name: fc.constant('files'), fileName, type: contentType, content })
);

/** Valid forms of at most 8 parts. Some parts are empty. */
export const form: fc.Arbitrary<Form> = fc.record({
  parts: fc.array(part, { minLength: 1, maxLength: 8 }),
  preamble: fc.constantFrom('', '', '', 'a preamble\r\n', '\r\n'),
  epilogue: fc.constantFrom('', '\r\n', '\r\nan epilogue', '\r\n\r\n'),
  padding: fc.constantFrom('', '', '', ' ', ' \t'),
});

/** Makes the bytes of a form (RFC 7578). */
export function bodyOf({ parts, preamble, epilogue, padding }: Form): Buffer {
  const chunks: Buffer[] = [Buffer.from(preamble)];
  for (const { name, fileName, type, content } of parts) {
    const file = fileName === undefined ? '' : `; filename="${fileName}"`;
    const typed = type === undefined ? '' : `\r\nContent-Type: ${type}`;
    chunks.push(
      Buffer.from(`--${BOUNDARY}${padding}\r\n`),
      Buffer.from(`Content-Disposition: form-data; name="${name}"${file}${typed}\r\n\r\n`),
      content,
      Buffer.from('\r\n')
    );
  }
  chunks.push(Buffer.from(`--${BOUNDARY}--${epilogue}`));
  return Buffer.concat(chunks);
}

/** Cuts a body into chunks, as the network does. */
export const chunked: fc.Arbitrary<(body: Buffer) => Buffer[]> = fc
  .array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 20 })
  .map((sizes) => (body: Buffer) => {
    const chunks: Buffer[] = [];
    for (let at = 0, turn = 0; at < body.length; turn += 1) {
      const size = sizes[turn % sizes.length]!;
      chunks.push(body.subarray(at, at + size));
      at += size;
    }
    return chunks;
  });

type Mutation = (body: Buffer) => Buffer;

const INSERTED = [
  ...TEMPTING,
  `\r\n--${BOUNDARY}\r\n`,
  `\r\n--${BOUNDARY}--`,
  '\0',
  'Content-Disposition: form-data; name="files"; filename="b.txt"\r\n',
  'Content-Disposition: attachment\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  "Content-Disposition: form-data; name=files; filename*=UTF-8''%ff%00.txt\r\n",
  ': \r\n',
  ' folded\r\n',
  'x'.repeat(1_100),
  '\r\n'.repeat(300),
  'A: b\r\n'.repeat(200),
];

const at = fc.double({ min: 0, max: 1, noNaN: true });
const place = (body: Buffer, where: number) => Math.floor(where * body.length);

const one: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(at, fc.integer({ min: 1, max: 255 })).map(([where, bits]) => (body: Buffer) => {
    const copy = Buffer.from(body);
    if (copy.length > 0) {
      copy[place(body, where * 0.999)]! ^= bits;
    }
    return copy;
  }),
  at.map((where) => (body: Buffer) => body.subarray(0, place(body, where))),
  at.map((where) => (body: Buffer) => body.subarray(place(body, where))),
  fc.tuple(at, fc.constantFrom(...INSERTED)).map(([where, piece]) => (body: Buffer) => {
    const cut = place(body, where);
    return Buffer.concat([body.subarray(0, cut), Buffer.from(piece), body.subarray(cut)]);
  }),
  fc.tuple(at, fc.nat(60)).map(([where, length]) => (body: Buffer) => {
    const cut = place(body, where);
    return Buffer.concat([body.subarray(0, cut), body.subarray(cut + length)]);
  }),
  fc.tuple(at, at).map(([from, to]) => (body: Buffer) => {
    const [start, end] = [place(body, Math.min(from, to)), place(body, Math.max(from, to))];
    return Buffer.concat([body, body.subarray(start, end)]);
  }),
  fc.constant((body: Buffer) =>
    Buffer.from(body.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
  )
);

/** Changes a body in one to four ways. */
export const mutation: fc.Arbitrary<Mutation> = fc
  .array(one, { minLength: 1, maxLength: 4 })
  .map((mutations) => (body: Buffer) => mutations.reduce((now, mutate) => mutate(now), body));
