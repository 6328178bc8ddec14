import { isUtf8 } from 'node:buffer';
import { errors } from '../../../util/strapi-utils';
import { decodeForm, fileNameOf, parametersOf } from '../content-disposition';

/** The headers of one part. */
export interface PartHeaders {
  /** Name of the form field. */
  name: string;
  /** File name as the client sent it; undefined for a field that is not a file. */
  fileName: string | undefined;
  contentType: string | undefined;
  /** Content-Transfer-Encoding in lower case. */
  encoding: string | undefined;
}

/**
 * Parses the header lines of a part (RFC 7578 section 4).
 *
 * @param block the lines without the empty line at their end
 * @throws errors.ValidationError for a line that is not a header, or a part without a field name
 */
export function parsePartHeaders(block: Buffer): PartHeaders {
  const headers = new Map<string, string>();
  // Each value is decoded alone, so that a broken byte in one of them does not change the others.
  // A line that begins with white space continues the line before it (RFC 5322 section 2.2.3).
  const text = block.toString('latin1').replace(/\r\n[ \t]+/g, ' ');
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(line.slice(0, Math.max(colon, 0)))) {
      throw malformed('a part has a header line that is not valid');
    }
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1));
  }
  const { name, fileName } = parseDisposition(headers.get('content-disposition') ?? '');
  return {
    name,
    fileName,
    contentType: decodeText(headers.get('content-type') ?? '').trim() || undefined,
    encoding: headers.get('content-transfer-encoding')?.trim().toLowerCase(),
  };
}

function parseDisposition(value: string): Pick<PartHeaders, 'name' | 'fileName'> {
  const parameters = parametersOf(value.trimStart(), 'form-data');
  for (const [key, bytes] of parameters) {
    parameters.set(key, decodeText(bytes));
  }
  const name = parameters.get('name');
  if (name === undefined) {
    throw malformed('a part does not name its form field');
  }
  return { name: decodeForm(name), fileName: fileNameOf(parameters) };
}

/**
 * Decodes UTF-8, which all browsers send. A text that is not valid UTF-8 stays Latin-1.
 *
 * @param latin1 the bytes, each as one character
 */
function decodeText(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : latin1;
}

const malformed = (what: string) =>
  new errors.ValidationError(`The multipart body is malformed: ${what}.`);
