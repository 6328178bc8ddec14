const isBlank = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t';

/**
 * Removes blanks and tabs at both ends: the optional whitespace of HTTP (RFC 9110 section 5.6.3). A regular expression
 * for the end of a text would take time quadratic in the number of blanks inside the text.
 */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text, start)) {
    start += 1;
  }
  while (end > start && isBlank(text, end - 1)) {
    end -= 1;
  }
  return text.slice(start, end);
}
