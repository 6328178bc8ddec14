import { keysFromApp } from '../../../server/src/signing/signing-keys';
import { LONGEST_LIFE } from '../../../server/src/config/private';
import { UrlSigner, type SigningKey } from '../../../server/src/signing/url-signer';

const KEY: SigningKey = { id: 'now', secret: 's'.repeat(32) };
const OLD: SigningKey = { id: 'old', secret: 'o'.repeat(32), until: 2_000_000_000_000 };
const FILE = { purpose: 'file', subject: 'a_0123456789.jpg' };
const BOUND = { ...FILE, address: '192.0.2.1' };
const START = 1_800_000_000_000;
const LIFE = 900;

let now = START;
const signer = new UrlSigner([KEY, OLD], () => now);
const oldSigner = new UrlSigner([OLD], () => now);
const later = (seconds: number) => (now = START + seconds * 1000);

beforeEach(() => later(0));

describe('a signed query', () => {
  it('opens what it was signed for, and says for how long', () => {
    const query = signer.sign(FILE, LIFE);
    expect(query).toMatch(/^expires=\d+&kid=now&sig=[\w-]{43}$/);
    const left = signer.verify(query, FILE)!;
    expect(left).toBeGreaterThanOrEqual((LIFE * 2) / 3);
    expect(left).toBeLessThanOrEqual(LIFE);
    later(left - 0.5);
    expect(signer.verify(query, FILE)).toBeCloseTo(0.5);
    later(left);
    expect(signer.verify(query, FILE)).toBeNull();
  });

  it('lives two thirds of its life at least, and all of it at most, whenever it is signed', () => {
    for (let second = 0; second < LIFE; second += 7.5) {
      later(second);
      const left = signer.verify(signer.sign(FILE, LIFE), FILE)!;
      expect(left).toBeGreaterThanOrEqual((LIFE * 2) / 3);
      expect(left).toBeLessThanOrEqual(LIFE);
    }
  });

  it('stays the same for a third of its life', () => {
    const seen = new Set<string>();
    for (let second = 0; second < LIFE; second += 10) {
      later(second);
      seen.add(signer.sign(FILE, LIFE));
    }
    expect(seen.size).toBe(3);
  });

  it.each([
    ['another thing', { ...FILE, subject: 'b_0123456789.jpg' }],
    ['another purpose', { ...FILE, purpose: 'upload' }],
    ['parts that run into each other', { purpose: 'fil', subject: 'ea_0123456789.jpg' }],
  ])('does not open %s', (_what, other) => {
    expect(signer.verify(signer.sign(FILE, LIFE), other)).toBeNull();
  });

  it('opens the same again with what is said of a download behind it', () => {
    const query = signer.sign(FILE, LIFE);
    expect(signer.verify(`${query}&download`, FILE)).toBeGreaterThan(0);
    expect(signer.verify(`${query}&download=a%20b`, FILE)).toBeGreaterThan(0);
  });

  it.each<[string, (query: string) => string]>([
    ['nothing', () => ''],
    ['a later end', (query) => query.replace(/\d+/, (end) => String(Number(end) + 1))],
    ['an earlier end', (query) => query.replace(/\d+/, (end) => String(Number(end) - 1))],
    ['the end with a zero before it', (query) => query.replace('expires=', 'expires=0')],
    ['the end as a fraction', (query) => query.replace('&kid', '.0&kid')],
    ['no end', (query) => query.replace(/expires=\d+&/, '')],
    ['another key', (query) => query.replace('kid=now', 'kid=old')],
    ['an unknown key', (query) => query.replace('kid=now', 'kid=nobody')],
    ['an empty key', (query) => query.replace('kid=now', 'kid=')],
    ['no key', (query) => query.replace('&kid=now', '')],
    ['the key in capitals', (query) => query.replace('now', 'NOW')],
    ['no signature', (query) => query.replace(/&sig=.*/, '')],
    ['an empty signature', (query) => query.replace(/sig=.*/, 'sig=')],
    ['a shorter signature', (query) => query.slice(0, -1)],
    ['a longer signature', (query) => `${query}A`],
    ['a padded signature', (query) => `${query}=`],
    ['an encoded padding', (query) => `${query}%3D`],
    ['the last bits changed', (query) => query.slice(0, -1) + nextLetter(query.at(-1)!)],
    ['a letter in other case', (query) => query.replace(/sig=.*/, swapCase)],
    ['the encoded first letter', (query) => query.replace(/(?<=sig=)./, encoded)],
    ['the signature in hex', (query) => query.replace(/(?<=sig=).*/, hex)],
    ['everything twice', (query) => `${query}&${query}`],
    ['a second end', (query) => `${query}&expires=9999999999`],
    ['a second signature', (query) => `${query}&sig=${'A'.repeat(43)}`],
    ['a second download', (query) => `${query}&download&download`],
    ['an unknown parameter', (query) => `${query}&width=100`],
    ['one before it', (query) => `download&${query}`],
    ['another order', (query) => query.split('&').reverse().join('&')],
    ['names in capitals', (query) => query.replace('sig=', 'SIG=')],
    ['an address', (query) => query.replace('&sig', '&bound=1&sig')],
    ['a line feed behind it', (query) => `${query}\n`],
    ['an ampersand behind it', (query) => `${query}&`],
  ])('is refused with %s', (_what, change) => {
    const query = signer.sign(FILE, LIFE);
    expect(signer.verify(query, FILE)).not.toBeNull();
    const changed = change(query);
    expect(changed).not.toBe(query);
    expect(signer.verify(changed, FILE)).toBeNull();
  });

  it('is refused when it lives longer than any may, even rightly signed', () => {
    expect(signer.verify(signer.sign(FILE, LONGEST_LIFE), FILE)).not.toBeNull();
    expect(signer.verify(signer.sign(FILE, 2 * LONGEST_LIFE), FILE)).toBeNull();
  });

  it('is good for the address alone that it is bound to', () => {
    const query = signer.sign(BOUND, LIFE);
    expect(query).toContain('&bound=1&');
    expect(signer.verify(query, BOUND)).not.toBeNull();
    expect(signer.verify(query, { ...FILE, address: '192.0.2.2' })).toBeNull();
    expect(signer.verify(query, FILE)).toBeNull();
    expect(signer.verify(query.replace('&bound=1', ''), BOUND)).toBeNull();
    expect(signer.verify(signer.sign(FILE, LIFE), BOUND)).not.toBeNull();
  });
});

describe('keys', () => {
  it('that sign no more still verify, until their time is over', () => {
    const query = oldSigner.sign(FILE, LIFE);
    expect(query).toContain('kid=old');
    expect(signer.verify(query, FILE)).not.toBeNull();
    now = OLD.until! - 1;
    const last = oldSigner.sign(FILE, LIFE);
    expect(signer.verify(last, FILE)).not.toBeNull();
    now = OLD.until!;
    expect(signer.verify(last, FILE)).toBeNull();
  });

  it('of another secret under the same id do not verify', () => {
    const other = new UrlSigner([{ ...KEY, secret: 't'.repeat(32) }], () => now);
    expect(signer.verify(other.sign(FILE, LIFE), FILE)).toBeNull();
  });

  it('are derived from those of the app, which they do not tell', () => {
    const [first, second] = keysFromApp(['app-key-1', 'app-key-2']);
    const again = keysFromApp(['app-key-2'])[0]!;
    expect(again).toEqual(second);
    expect(
      new Set([first!.id, second!.id, String(first!.secret), String(second!.secret)]).size
    ).toBe(4);
    expect(first!.secret).toHaveLength(32);
    expect(JSON.stringify([first, second])).not.toContain('app-key');
    expect(first!.id).toMatch(/^[0-9a-f]{12}$/);
    expect(Buffer.from(first!.secret).toString('hex')).not.toContain(first!.id);
  });
});

/**
 * Base64url digits. A signature of 256 bits has 43 digits. The last digit holds only four of these bits; its other two
 * bits have no meaning.
 */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const nextLetter = (letter: string) => LETTERS[LETTERS.indexOf(letter) + 1]!;

const swapCase = (parameter: string) => {
  const [name, value] = parameter.split('=') as [string, string];
  const swapped = value.replace(/[a-z]/i, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
  );
  return `${name}=${swapped}`;
};
const encoded = (letter: string) => `%${letter.charCodeAt(0).toString(16)}`;
const hex = (signature: string) => Buffer.from(signature, 'base64url').toString('hex');
