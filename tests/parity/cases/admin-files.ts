import { by, cases, get, type Seen, type Step } from '../harness/case';

const admin = by('admin');
const list = (query = ''): Step => admin(get(`/upload/files${query}`));
const listIn =
  (query: (seen: Seen) => string): Step =>
  (seen) =>
    admin(get(`/upload/files?sort=name&${query(seen)}`));
const one =
  (name: string, query = ''): Step =>
  (seen) =>
    admin(get(`/upload/files/${seen.file(name)}${query}`));

export const adminFiles = cases(
  {
    'the library lists files': list(),
    'the library lists files by name': list('?sort=name:ASC'),
    'the library lists files by time': list('?sort=createdAt:DESC'),
    'the library lists files by update': list('?sort=updatedAt:ASC'),
    'the library lists files by an unknown column': list('?sort=nothing'),
    'the library lists files by a private column': list('?sort=createdBy.password'),
    'the library lists a page': list('?sort=name&page=2&pageSize=3'),
    'the library lists a page behind the end': list('?sort=name&page=9&pageSize=3'),
    'the library lists page zero': list('?sort=name&page=0&pageSize=3'),
    'the library lists pages of size zero': list('?sort=name&page=1&pageSize=0'),
    'the library lists a page of text': list('?sort=name&page=first&pageSize=many'),
    'the library lists pages of -1': list('?sort=name&page=1&pageSize=-1'),
    'the library lists large pages': list('?sort=name&page=1&pageSize=1000'),
    'the library lists with REST pagination': list(
      '?sort=name&pagination[page]=2&pagination[pageSize]=3'
    ),
    'the library lists with a limit': list('?sort=name&start=2&limit=3'),
    'the library searches by name': list('?sort=name&_q=photo'),
    'the library searches by caption': list('?sort=name&_q=cold'),
    'the library searches without result': list('?sort=name&_q=nothing'),
    'the library searches an umlaut': list(`?sort=name&_q=${encodeURIComponent('Über')}`),
    'the library searches a percent sign': list('?sort=name&_q=%25'),
    'the library searches an underscore': list('?sort=name&_q=_'),
    'the library searches a quote': list('?sort=name&_q=%27'),
    'the library searches nothing': list('?sort=name&_q='),
    'the library lists the root': list('?sort=name&filters[$and][0][folder][id][$null]=true'),
    'the library lists a folder by its id': listIn(
      (seen) => `filters[$and][0][folder][id]=${seen.folder('Menus')}`
    ),
    'the library lists a folder by its path': list('?sort=name&folderPath=/1'),
    'the library lists the path of a leaf': list('?sort=name&folderPath=/1/2/3'),
    'the library lists the path of the root': list('?sort=name&folderPath=/'),
    'the library lists an unknown path': list('?sort=name&folderPath=/99'),
    'the library lists the folder parameter': listIn((seen) => `folder=${seen.folder('Menus')}`),
    'the library lists a filtered path': list('?sort=name&filters[folderPath][$eq]=/1'),
    'the library searches below a path': list(
      '?sort=name&_q=e&filters[folderPath][$startsWith]=/1'
    ),
    'the library searches a text with a folder filter': listIn(
      (seen) => `_q=e&filters[$and][0][folder][id]=${seen.folder('Menus')}`
    ),
    'the library lists pictures': list('?sort=name&filters[$and][0][mime][$contains]=image'),
    'the library lists documents': list(
      '?sort=name&filters[$and][0][mime][$not][$contains][0]=image&filters[$and][0][mime][$not][$contains][1]=video'
    ),
    'the library lists files made after a time': list(
      '?sort=name&filters[$and][0][createdAt][$gt]=2024-01-01T00:03:00.000Z'
    ),
    'the library filters by an unknown field': list('?filters[nothing]=1'),
    'the library filters by a creator': list('?sort=name&filters[createdBy][firstname]=author'),
    'the library filters by a password': list(
      '?sort=name&filters[createdBy][password][$startsWith]=$2'
    ),
    'the library filters by an unknown operator': list('?filters[name][$like]=x'),
    'the library populates everything': list('?sort=name&populate=*'),
    'the library populates what files belong to': list('?sort=name&populate=related'),
    'the library populates the folder': list('?sort=name&populate=folder'),
    'the library populates folder and parent': list('?sort=name&populate[folder][populate]=parent'),
    'the library populates creators': list(
      '?sort=name&populate[0]=createdBy&populate[1]=updatedBy'
    ),
    'the library populates something unknown': list('?sort=name&populate=nothing'),
    'the library lists some fields': list('?sort=name&fields[0]=name'),
    'the library lists an unknown parameter': list('?sort=name&colour=red'),

    'the library finds a file': one('notes.txt'),
    'the library finds a file in a folder': one('lemonade.png'),
    'the library finds a picture that is used': one('photo.jpg'),
    'the library finds a file and everything': one('photo.jpg', '?populate=*'),
    'the library finds some fields of a file': one('photo.jpg', '?fields=name'),
    'the library finds a file that does not exist': admin(get('/upload/files/999')),
    'the library finds an id that is no number': admin(get('/upload/files/abc')),
    'the library finds a negative id': admin(get('/upload/files/-1')),
    'the library finds an id larger than any': admin(get('/upload/files/99999999999999999999')),
    'the library finds a documentId': admin(get(`/upload/files/${'file0'.padEnd(24, 'x')}`)),
  },
  { library: true }
);
