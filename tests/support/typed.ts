import { decideType, gatherEvidence } from '../../server/src/types/detect-type';
import { wantedBytes } from '../../server/src/types/signatures/detect';
import { extensionOf } from '../../server/src/types/signatures/extensions';
import { typeOf } from '../../server/src/serving/served-type';

/** The stored type of a file, and the Content-Type with which the file is served. */
export interface Typed {
  mime: string;
  ext: string;
  served: string;
}

/** Decides the type of a file twice: as for an upload, and then as for the answer that serves the file. */
export async function typed(content: Buffer, name: string, declared?: string): Promise<Typed> {
  const head = content.subarray(0, wantedBytes(content));
  const { mime, proof } = decideType(await gatherEvidence(head, name, declared));
  const ext = extensionOf(name, mime, proof);
  return { mime, ext, served: await typeOf(head, `stored${ext}`) };
}

/** The result of {@link typed} as one line, without the served Content-Type. */
export async function stored(content: Buffer, name: string, declared?: string): Promise<string> {
  const { mime, ext } = await typed(content, name, declared);
  return `${mime} ${ext}`;
}

/** Bytes from a text with hex digits, letters in apostrophes, and counts of zero bytes in brackets: `49 'I*' [4]`. */
export function bytes(text: string): Buffer {
  const parts = text.match(/'[^']*'|\[\d+\]|[0-9a-f]{2}/g) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      if (part.startsWith("'")) {
        return Buffer.from(part.slice(1, -1), 'latin1');
      }
      return part.startsWith('[')
        ? Buffer.alloc(Number(part.slice(1, -1)))
        : Buffer.from(part, 'hex');
    })
  );
}
