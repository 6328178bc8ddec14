import { by, cases, get, postJson, type Seen, type Step } from '../harness/case';
import { PUBLIC_HOST, WIRE_SERVER } from '../harness/internet';

const admin = by('admin');
const fetchAll =
  (body: unknown | ((seen: Seen) => unknown)): Step =>
  (seen) =>
    admin(
      postJson('/upload/actions/upload-from-urls', typeof body === 'function' ? body(seen) : body)
    );
const from = (...urls: unknown[]): Step => fetchAll({ urls });
const page = (path: string): string => `http://${PUBLIC_HOST}${path}`;

const fetching = cases(
  {
    'an editor fetches a file': [from(page('/a.txt')), admin(get('/upload/files?sort=name'))],
    'an editor fetches a picture': from(page('/icon.png')),
    'an editor fetches two files': from(page('/a.txt'), page('/icon.png')),
    'an editor fetches a file without a type': from(page('/untyped')),
    'an editor fetches a file with a query': from(page('/a.txt?size=5')),
    'an editor fetches a file that tells its name': from(page('/named')),
    'an editor fetches an empty file': from(page('/empty.txt')),
    'an editor fetches a page': from(page('/page.html')),
    'an editor fetches a file that is not there': from(page('/missing')),
    'an editor fetches from a broken server': from(page('/broken')),
    'an editor fetches a file behind a redirect': from(page('/redirect')),
    'an editor fetches a file behind a redirect to the inside': from(page('/inside')),
    'an editor fetches a file behind redirects in a circle': from(page('/round')),
    'an editor fetches one file of two': from(page('/missing'), page('/a.txt')),
    'an editor fetches a file twice': from(page('/a.txt'), page('/a.txt')),
    'an editor fetches into a folder': fetchAll((seen: Seen) => ({
      urls: [page('/a.txt')],
      folderId: seen.folder('Menus'),
    })),
    'an editor fetches into a folder that does not exist': fetchAll({
      urls: [page('/a.txt')],
      folderId: 999,
    }),
    'an editor fetches into a folder of text': fetchAll({
      urls: [page('/a.txt')],
      folderId: 'abc',
    }),
    'an editor fetches with unknown keys': fetchAll({ urls: [page('/a.txt')], colour: 'red' }),
  },
  { library: true }
);

const refused = cases({
  'an editor fetches nothing': from(),
  'an editor fetches without URLs': fetchAll({}),
  'an editor fetches URLs that are no list': fetchAll({ urls: page('/a.txt') }),
  'an editor fetches a number': from(5),
  'an editor fetches null': from(null),
  'an editor fetches 21 files': from(...Array.from({ length: 21 }, () => page('/a.txt'))),
  'an editor fetches what is no URL': from('nonsense'),
  'an editor fetches an empty URL': from(''),
  'an editor fetches over FTP': from('ftp://example.org/a.txt'),
  'an editor fetches a file of the server': from('file:///etc/passwd'),
  'an editor fetches data': from('data:text/plain,hello'),
  'an editor fetches from the loopback': from('http://127.0.0.1/a.txt'),
  'an editor fetches from localhost': from('http://localhost/a.txt'),
  'an editor fetches from the loopback in IPv6': from('http://[::1]/a.txt'),
  'an editor fetches from IPv4 in IPv6': from('http://[::ffff:127.0.0.1]/a.txt'),
  'an editor fetches from a private network': from('http://10.0.0.1/a', 'http://192.168.0.1/a'),
  'an editor fetches from the cloud': from('http://169.254.169.254/latest/meta-data/'),
  'an editor fetches from the wire server of Azure': from(`http://${WIRE_SERVER}/a.txt`),
  'an editor fetches from a number': from('http://2130706433/a.txt'),
  'an editor fetches from nowhere': from('http://nothing.invalid/a.txt'),
  'an editor fetches with broken JSON': fetchAll('{broken'),
});

const limits = [
  ...cases(
    { 'an editor fetches too much': from(page('/large.txt')) },
    { config: { sizeLimit: 100 } }
  ),
  ...cases(
    { 'an editor fetches a denied type': from(page('/page.html'), page('/a.txt')) },
    { config: { security: { deniedTypes: ['text/html'] } } }
  ),
];

export const adminUrls = [...fetching, ...refused, ...limits];
