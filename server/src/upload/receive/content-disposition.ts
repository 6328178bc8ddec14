/**
 * One parameter of Content-Disposition: `; key=value` or `; key="value"`. Only blanks and tabs are white space (RFC 9110
 * section 5.6.3): in a header that is read as Latin-1, the character U+00A0 is a byte of a letter.
 */
const PARAMETER =
  /[ \t]*;[ \t]*([^ \t=;"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\["\\]|\\(?!["\\]))*)"|([^ \t;"]*))/y;

/**
 * Parses the parameters of a Content-Disposition header (RFC 6266, RFC 7578). Their keys are in lower case.
 *
 * @param kind the expected disposition type; a header of another type gives no parameters
 */
export function parametersOf(value: string, kind: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const word = /^[^ \t;]*(?=[ \t]*;)/.exec(value)?.[0];
  if (word?.toLowerCase() !== kind) {
    return parameters;
  }
  PARAMETER.lastIndex = word.length;
  for (let match = PARAMETER.exec(value); match; match = PARAMETER.exec(value)) {
    const [, key = '', quoted, token = ''] = match;
    // A backslash escapes a quote or a backslash. Elsewhere it stands for itself: old browsers send whole paths.
    parameters.set(key.toLowerCase(), quoted?.replace(/\\(["\\])/g, '$1') ?? token);
  }
  return parameters;
}

/** Returns `filename*` if it is valid, else `filename` (RFC 6266 section 4.3). */
export function fileNameOf(parameters: ReadonlyMap<string, string>): string | undefined {
  const extended = decodeExtended(parameters.get('filename*') ?? '');
  const plain = parameters.get('filename');
  return extended ?? (plain && decodeForm(plain)) ?? plain;
}

/** Decodes the only three characters that browsers encode (HTML, "multipart/form-data encoding algorithm"). */
export const decodeForm = (text: string): string =>
  text.replace(/%(22|0D|0A)/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/**
 * Decodes `charset'language'percent-encoded` (RFC 8187). RFC 7578 forbids this form in multipart bodies, but HTTP
 * libraries send it.
 *
 * @returns undefined if the value is not valid; the caller then uses `filename`
 */
function decodeExtended(value: string): string | undefined {
  const [, charset = '', text = ''] = /^(utf-8|iso-8859-1)'[^']*'(.+)$/i.exec(value) ?? [];
  try {
    return charset.toLowerCase() === 'utf-8'
      ? decodeURIComponent(text)
      : (text && decodeURIComponent(text.replace(/%([89A-F][0-9A-F])/gi, toUtf8))) || undefined;
  } catch {
    return undefined;
  }
}

const toUtf8 = (_: string, hex: string) =>
  encodeURIComponent(String.fromCharCode(parseInt(hex, 16)));
