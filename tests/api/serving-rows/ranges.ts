import { BIG, CONTENT } from '../../support/served-files';
import { part, WHOLE, type Expected, type Row } from './row';

const HUGE = '9'.repeat(400);
const UNSATISFIABLE: Expected = {
  status: 416,
  body: '',
  headers: { 'content-range': 'bytes */20' },
};

const several = (...ranges: [number, number][]): Expected => ({
  status: 206,
  headers: { 'content-range': undefined, 'content-type': 'multipart/byteranges; boundary=-' },
  body:
    ranges
      .map(
        ([start, end]) =>
          '\r\n---\r\nContent-Type: text/plain; charset=utf-8\r\n' +
          `Content-Range: bytes ${start}-${end}/20\r\n\r\n${CONTENT.slice(start, end + 1)}`
      )
      .join('') + '\r\n-----\r\n',
});

const rangeRow = (section: string, range: string, expected: Expected): Row => [
  section,
  range.length > 60 ? `${range.slice(0, 60)}…` : range,
  'file.txt',
  { Range: range },
  expected,
];

const singles = (count: number) =>
  Array.from({ length: count }, (_, index) => `${index}-${index}`).join();

/** Requests for one range or for several ranges, and the expected answers. */
export const RANGES: Row[] = [
  rangeRow('9110 14.1.2', 'bytes=0-3', part(0, 3)),
  rangeRow('9110 14.1.2', 'bytes=0-0', part(0, 0)),
  rangeRow('9110 14.1.2', 'bytes=19-19', part(19, 19)),
  rangeRow('9110 14.1.2', 'bytes=0-', part(0, 19)),
  rangeRow('9110 14.1.2', 'bytes=7-', part(7, 19)),
  rangeRow('9110 14.1.2', 'bytes=0-19', part(0, 19)),
  rangeRow('9110 14.1.2', 'bytes=18-20', part(18, 19)),
  rangeRow('9110 14.1.2', `bytes=5-${HUGE}`, part(5, 19)),
  rangeRow('9110 14.1.2', 'bytes=-1', part(19, 19)),
  rangeRow('9110 14.1.2', 'bytes=-20', part(0, 19)),
  rangeRow('9110 14.1.2', 'bytes=-21', part(0, 19)),
  rangeRow('9110 14.1.2', `bytes=-${HUGE}`, part(0, 19)),
  rangeRow('9110 14.1.2', 'bytes=007-009', part(7, 9)),
  rangeRow('9110 14.1', 'BYTES=0-3', part(0, 3)),
  rangeRow('9110 5.6.1', 'bytes= 0-3 ', part(0, 3)),
  rangeRow('9110 5.6.1', 'bytes=,,0-3,', part(0, 3)),
  rangeRow('9110 15.5.17', 'bytes=20-', UNSATISFIABLE),
  rangeRow('9110 15.5.17', 'bytes=20-30', UNSATISFIABLE),
  rangeRow('9110 15.5.17', `bytes=${HUGE}-`, UNSATISFIABLE),
  rangeRow('9110 15.5.17', 'bytes=-0', UNSATISFIABLE),
  rangeRow('9110 15.5.17', 'bytes=20-, 30-40, -0', UNSATISFIABLE),
  rangeRow('9110 14.2', 'items=0-3', WHOLE),
  rangeRow('9110 14.2', `bytes=a${' '.repeat(15_500)}b`, WHOLE),
  rangeRow('9110 14.2', `bytes=0-3${','.repeat(9000)}`, WHOLE),
  rangeRow('9110 14.2', 'bytes', WHOLE),
  rangeRow('9110 14.2', 'bytes=', WHOLE),
  rangeRow('9110 14.2', 'bytes=-', WHOLE),
  rangeRow('9110 14.2', 'bytes=3-1', WHOLE),
  rangeRow('9110 14.2', 'bytes=a-b', WHOLE),
  rangeRow('9110 14.2', 'bytes=1.5-3', WHOLE),
  rangeRow('9110 14.2', 'bytes=0x0-0x3', WHOLE),
  rangeRow('9110 14.2', 'bytes=+0-3', WHOLE),
  rangeRow('9110 14.2', 'bytes=1 0-1 5', WHOLE),
  rangeRow('9110 14.2', 'bytes=--3', WHOLE),
  rangeRow('9110 14.2', 'bytes=0-3-5', WHOLE),
  rangeRow('9110 14.2', 'bytes=0-3, x', WHOLE),
  rangeRow('9110 14.2', 'bytes=0-3; 5-6', WHOLE),
  rangeRow('9110 14.2', 'bytes=0-1, bytes=3-4', WHOLE),
  rangeRow('9110 14.6', 'bytes=0-1,5-6', several([0, 1], [5, 6])),
  rangeRow('9110 14.6', 'bytes=0-0,-1', several([0, 0], [19, 19])),
  rangeRow('9110 15.3.7.2', 'bytes=10-11,0-1', several([10, 11], [0, 1])),
  rangeRow('9110 15.3.7.2', 'bytes=0-1, 40-50, 5-6', several([0, 1], [5, 6])),
  rangeRow('9110 15.3.7.2', 'bytes=10-12,0-1,11-15', several([10, 15], [0, 1])),
  rangeRow('9110 15.3.7.2', 'bytes=0-1,40-50', part(0, 1)),
  rangeRow('9110 15.3.7.2', 'bytes=0-4,5-9', part(0, 9)),
  rangeRow('9110 15.3.7.2', 'bytes=0-9,2-3,-5,8-17', part(0, 19)),
  rangeRow('9110 17.15', `bytes=${'0-,'.repeat(2000)}0-`, part(0, 19)),
  [
    '9110 17.15',
    'too many parts',
    'big.bin',
    { Range: `bytes=${manyApart(17)}` },
    { status: 200, body: BIG },
  ],
  [
    '9110 17.15',
    'as many parts as there may be',
    'big.bin',
    { Range: `bytes=${manyApart(16)}` },
    { status: 206 },
  ],
  [
    '9110 17.15',
    'neighbours, one by one',
    'file.txt',
    { Range: `bytes=${singles(20)}` },
    part(0, 19),
  ],
  [
    '9110 14.2',
    'a range of an empty file',
    'empty.txt',
    { Range: 'bytes=0-' },
    { status: 200, body: '' },
  ],
  [
    '9110 14.2',
    'the end of an empty file',
    'empty.txt',
    { Range: 'bytes=-5' },
    { status: 200, body: '' },
  ],
  [
    '9110 14.4',
    'a range over several reads',
    'big.bin',
    { Range: 'bytes=1000-390000' },
    {
      status: 206,
      body: BIG.subarray(1000, 390_001),
      headers: { 'content-range': 'bytes 1000-390000/400000' },
    },
  ],
];

function manyApart(count: number): string {
  return Array.from({ length: count }, (_, index) => `${index * 10}-${index * 10}`).join();
}
