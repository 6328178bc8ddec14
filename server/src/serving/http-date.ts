const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The three date formats of RFC 9110 section 5.6.7. Clients and servers of today send only the first format. */
const FORMS = [
  /^[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
];

/**
 * Parses an HTTP date. `Date.parse` would accept many invalid dates, and would read one of the formats as local time.
 *
 * @returns milliseconds since 1970; null for anything but an HTTP date, which must be ignored
 */
export function parseHttpDate(text: string | undefined): number | null {
  const match = FORMS.map((form) => form.exec(text ?? '')).find(Boolean);
  if (!match) {
    return null;
  }
  const { day = '', month = '', year = '', time = '' } = match.groups ?? {};
  const [hours = NaN, minutes = NaN, seconds = NaN] = time.split(':').map(Number);
  const monthIndex = MONTHS.indexOf(month);
  // `Date.UTC` would treat years of the first century as years of the twentieth.
  const date = new Date(0);
  date.setUTCFullYear(fullYear(year), monthIndex, Number(day));
  const exists = monthIndex >= 0 && date.getUTCDate() === Number(day);
  // A leap second counts as the first second of the next day.
  return exists && hours < 24 && minutes < 60 && seconds <= 60
    ? date.setUTCHours(hours, minutes, seconds)
    : null;
}

/**
 * Returns the full year. Two digits mean the latest such year that is at most 50 years ahead (RFC 9110 section 5.6.7).
 */
function fullYear(digits: string): number {
  if (digits.length === 4) {
    return Number(digits);
  }
  const now = new Date().getUTCFullYear();
  const year = now - (now % 100) + Number(digits);
  return year > now + 50 ? year - 100 : year;
}
