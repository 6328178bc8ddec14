import { growth } from '../../support/growth';
import { iptcRights, xmpRights } from '../../../server/src/images/metadata/rights';

const dataset = (name: number, value: Buffer | string, record = 2) => {
  const bytes = Buffer.from(value);
  const head = Buffer.from([0x1c, record, name, 0, 0]);
  head.writeUInt16BE(bytes.length, 3);
  return Buffer.concat([head, bytes]);
};

const THUMBNAIL = 0x040c;

/** The bytes of a Photoshop resource: number, name, size, content. */
const one = (number: number, bytes: Buffer, name = '') => {
  const named = Buffer.from(`${String.fromCharCode(name.length)}${name}`, 'latin1');
  const head = Buffer.from('8BIM\0\0', 'latin1');
  head.writeUInt16BE(number, 4);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  const even = (part: Buffer) => Buffer.concat([part, Buffer.alloc(part.length % 2)]);
  return Buffer.concat([head, even(named), size, even(bytes)]);
};

const resources = (...all: Buffer[]) => Buffer.concat([Buffer.from('Photoshop 3.0\0'), ...all]);

/** IPTC datasets in a resource, as Photoshop and exiftool write them into a JPEG. */
const resource = (...datasets: Buffer[]) => resources(one(0x0404, Buffer.concat(datasets)));

describe('IPTC', () => {
  it.each([
    ['datasets alone', (block: Buffer) => block],
    ['those among resources', resource],
  ])('%s tell artist and copyright', (_name, wrap) => {
    const block = Buffer.concat([dataset(80, 'Jörg'), dataset(116, '© Jörg'), dataset(116, 'x')]);
    expect(iptcRights(wrap(block))).toEqual({ artist: 'Jörg', copyright: '© Jörg' });
  });

  it('in Latin-1 is read as such', () => {
    const latin = Buffer.from('© Jörg', 'latin1');
    expect(iptcRights(resource(dataset(116, latin)))).toEqual({ copyright: '© Jörg' });
  });

  it('is found among other resources, whose bytes may look like it', () => {
    const picture = Buffer.concat([Buffer.from('odd'), dataset(116, 'not this')]);
    const tooLong = Buffer.from([0x1c, 0x02, 0x11, 0xff, 0xff]);
    const block = resources(
      one(THUMBNAIL, picture, 'a name'),
      one(THUMBNAIL, tooLong),
      one(0x0404, dataset(116, '© Jörg'))
    );
    expect(iptcRights(block)).toEqual({ copyright: '© Jörg' });
    expect(iptcRights(resources(one(THUMBNAIL, picture)))).toEqual({});
  });

  it('is bounded, and cuts no character', () => {
    const { copyright } = iptcRights(resource(dataset(116, `x${'©'.repeat(600)}`)));
    expect(copyright).toBe(`x${'©'.repeat(499)}`);
  });

  it('of other records and numbers tells nothing', () => {
    const block = resource(dataset(116, 'no', 1), dataset(120, 'a caption'));
    expect(iptcRights(block)).toEqual({});
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['cut in its head', Buffer.from([0x1c, 0x02, 116, 0])],
    ['longer than it is', Buffer.from([0x1c, 0x02, 116, 0xff, 0xff, 65])],
    ['of a resource that ends in its head', resources(one(0x0404, Buffer.alloc(0)).subarray(0, 7))],
    ['of a resource longer than it is', resources(one(0x0404, Buffer.alloc(9)).subarray(0, 14))],
  ])('%s tells nothing', (_name, block) => {
    expect(iptcRights(block)).toEqual({});
  });
});

describe('XMP', () => {
  const packet = (inner: string) =>
    Buffer.from(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description>${inner}
      </rdf:Description></rdf:RDF></x:xmpmeta>`);
  const rights = (text: string) =>
    packet(`<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">${text}</rdf:li>
      <rdf:li xml:lang="fr">autre</rdf:li></rdf:Alt></dc:rights>`);

  it('tells creators and copyright', () => {
    const block = packet(`<dc:creator><rdf:Seq><rdf:li>Jörg</rdf:li><rdf:li>Ann</rdf:li></rdf:Seq>
      </dc:creator><dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>© J</rdf:li></rdf:Alt></dc:rights>`);
    expect(xmpRights(block)).toEqual({ artist: 'Jörg, Ann', copyright: '© J' });
  });

  it.each([
    ['&amp;&lt;&gt;&quot;&apos;', `&<>"'`],
    ['&#169; &#xA9;', '© ©'],
    ['&nope; &#x110000;', '&nope;'],
    ['two\nlines', 'two lines'],
  ])('%j reads %j', (text, expected) => {
    expect(xmpRights(rights(text))).toEqual({ copyright: expected });
  });

  it('is bounded, and cuts no character', () => {
    const { copyright = '' } = xmpRights(rights('©'.repeat(5000) + 'x'));
    expect(copyright).toBe('©'.repeat(500));
    const odd = xmpRights(rights('x' + '©'.repeat(5000))).copyright;
    expect(odd).toBe('x' + '©'.repeat(499));
  });

  it.each(['', '<dc:rights>', '<dc:rights><rdf:li>x', '<dc:rights></dc:rights>'])(
    '%j tells nothing',
    (inner) => {
      expect(xmpRights(Buffer.from(inner))).toEqual({});
    }
  );

  it.each(['<rdf:li ', '<rdf:li>', '<rdf:li a>&', '<dc:rights>'])(
    'full of %j takes ten times as long where it is ten times as long, not a hundred times',
    (text) => {
      const blocks = new Map(
        [1000, 10_000].map((count) => [
          count,
          Buffer.from(`<dc:rights>${text.repeat(count)}</dc:rights>`),
        ])
      );
      const read = (count: number) => xmpRights(blocks.get(count)!);
      expect(growth(read, { small: 1000, large: 10_000 })).toBeLessThan(5);
    }
  );

  it('is looked at as far as it may be, and no further', () => {
    const far = Buffer.concat([Buffer.alloc(300_000, ' '), rights('© J')]);
    expect(xmpRights(far)).toEqual({});
  });
});
