import { parseHttpDate } from '../../../server/src/serving/http-date';

/** The example date of RFC 9110 section 5.6.7. */
const MOMENT = Date.UTC(1994, 10, 6, 8, 49, 37);

const zone = process.env.TZ;
beforeAll(() => {
  // The time zone is not UTC. So a date without a zone (asctime) would be wrong if it were read as local time.
  process.env.TZ = 'America/New_York';
});
afterAll(() => {
  if (zone === undefined) {
    delete process.env.TZ;
  } else {
    process.env.TZ = zone;
  }
});

it.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', MOMENT],
  ['Sunday, 06-Nov-94 08:49:37 GMT', MOMENT],
  ['Sun Nov  6 08:49:37 1994', MOMENT],
  ['Wed Nov 16 08:49:37 1994', Date.UTC(1994, 10, 16, 8, 49, 37)],
  ['Tue, 29 Feb 2000 00:00:00 GMT', Date.UTC(2000, 1, 29)],
  ['Sun, 06 Nov 0094 08:49:37 GMT', Date.parse('0094-11-06T08:49:37Z')],
  ['Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
])('reads %s', (text, moment) => {
  expect(parseHttpDate(text)).toBe(moment);
});

it('takes two digits for a year that is at most 50 years ahead', () => {
  const year = new Date().getUTCFullYear();
  const read = (ahead: number) => {
    const digits = String((year + ahead) % 100).padStart(2, '0');
    return new Date(parseHttpDate(`Sunday, 06-Nov-${digits} 08:49:37 GMT`)!).getUTCFullYear();
  };
  expect([read(0), read(50), read(51)]).toEqual([year, year + 50, year - 49]);
});

it.each([
  [undefined],
  [''],
  ['Sun, 06 Nov 1994 08:49:37'],
  ['Sun, 06 Nov 1994 08:49:37 UTC'],
  ['Sun, 06 Nov 1994 08:49:37 +0000'],
  ['Sun, 6 Nov 1994 08:49:37 GMT'],
  ['Sun, 06 Nov 94 08:49:37 GMT'],
  ['sun, 06 nov 1994 08:49:37 gmt'],
  ['06 Nov 1994 08:49:37 GMT'],
  ['Sun, 06 Nov 1994 08:49 GMT'],
  ['Sun, 06 Nov 1994 08:49:37 GMT, x'],
  ['Sun, 06 November 1994 08:49:37 GMT'],
  ['Sun, 06 Xyz 1994 08:49:37 GMT'],
  ['Thu, 30 Feb 1994 08:49:37 GMT'],
  ['Sun, 06 Nov 1994 24:00:00 GMT'],
  ['Sun, 06 Nov 1994 08:60:00 GMT'],
  ['Sun, 06 Nov 1994 08:49:61 GMT'],
  ['1994-11-06T08:49:37Z'],
  ['1994-11-06'],
  ['784111777000'],
])('takes %j for no date', (text) => {
  expect(parseHttpDate(text)).toBeNull();
});
