import { UPLOAD_ACTIONS } from '../../support/permissions';
import { cases, get, type Step } from '../harness/case';

const list = (query = ''): Step => get(`/api/upload/files${query}`);
const page = (query = ''): Step => get(`/api/upload/files/page${query}`);
const one =
  (name: string, query = ''): Step =>
  (seen) =>
    get(`/api/upload/files/${seen.file(name)}${query}`);

const lists = cases(
  {
    'lists files': list(),
    'lists files by name': list('?sort=name'),
    'lists files by name, last first': list('?sort=name:desc'),
    'lists files by two columns': list('?sort[0]=mime:asc&sort[1]=name:desc'),
    'lists files by an unknown column': list('?sort=nothing'),
    'lists files in an unknown direction': list('?sort=name:upwards'),
    'lists files by a private relation': list('?sort=createdBy.email'),
    'lists some fields': list('?fields[0]=name&fields[1]=url&sort=name'),
    'lists all fields': list('?fields=*&sort=name'),
    'lists an unknown field': list('?fields=nothing&sort=name'),
    'lists files of a name': list('?filters[name][$eq]=notes.txt'),
    'lists files of a name in any case': list('?filters[name][$eqi]=NOTES.TXT'),
    'lists files whose name contains a text': list('?filters[name][$contains]=o&sort=name'),
    'lists pictures': list('?filters[mime][$startsWith]=image/&sort=name'),
    'lists all but pictures': list('?filters[mime][$not][$startsWith]=image/&sort=name'),
    'lists large files': list('?filters[size][$gt]=100&sort=name'),
    'lists files without a caption': list('?filters[caption][$null]=true&sort=name'),
    'lists files of one or the other name': list(
      '?filters[$or][0][name]=notes.txt&filters[$or][1][name]=photo.jpg&sort=name'
    ),
    'lists files by a list of names': list(
      '?filters[name][$in][0]=notes.txt&filters[name][$in][1]=photo.jpg&sort=name'
    ),
    'lists files made between two times': list(
      '?filters[createdAt][$gte]=2024-01-01T00:02:00.000Z&filters[createdAt][$lt]=2024-01-01T00:05:00.000Z&sort=name'
    ),
    'filters by an unknown field': list('?filters[nothing]=1'),
    'filters by an unknown operator': list('?filters[name][$like]=x'),
    'filters by a private relation': list('?filters[createdBy][email]=admin@example.org'),
    'filters by the folder': list('?filters[folder][name]=Menus'),
    'filters by the folder path': list('?filters[folderPath]=/1'),
    'filters by an id of text': list('?filters[id]=abc'),
    'filters by a date that is none': list('?filters[createdAt][$gt]=yesterday'),
    'populates everything': list('?populate=*&sort=name'),
    'populates what files belong to': list('?populate=related&sort=name'),
    'populates the folder': list('?populate=folder&sort=name'),
    'populates the creator': list('?populate=createdBy&sort=name'),
    'populates something unknown': list('?populate=nothing&sort=name'),
    'lists a page of files': list('?sort=name&pagination[page]=2&pagination[pageSize]=3'),
    'lists files from a position': list('?sort=name&pagination[start]=2&pagination[limit]=3'),
    'searches files': list('?_q=photo'),
    'searches files by caption': list('?_q=cold'),
    'takes an unknown parameter': list('?colour=red&sort=name'),
    'takes a locale': list('?locale=en&sort=name'),
    'takes a status': list('?status=draft&sort=name'),
    'lists an id of a list': list('/'),
  },
  { library: true }
);

const pages = cases(
  {
    'pages files': page('?sort=name'),
    'pages three files': page('?sort=name&pagination[page]=1&pagination[pageSize]=3'),
    'pages the last files': page('?sort=name&pagination[page]=3&pagination[pageSize]=3'),
    'pages behind the end': page('?sort=name&pagination[page]=9&pagination[pageSize]=3'),
    'pages from a position': page('?sort=name&pagination[start]=2&pagination[limit]=3'),
    'pages without a count': page('?sort=name&pagination[withCount]=false'),
    'pages from a position without a count': page(
      '?sort=name&pagination[start]=2&pagination[limit]=3&pagination[withCount]=false'
    ),
    'pages with a count that is no boolean': page('?pagination[withCount]=maybe'),
    'pages no files': page('?pagination[pageSize]=0'),
    'pages page zero': page('?pagination[page]=0'),
    'pages a negative page': page('?pagination[page]=-1'),
    'pages more than allowed': page('?sort=name&pagination[pageSize]=1000'),
    'pages with a size of text': page('?pagination[pageSize]=many'),
    'pages with both ways': page('?pagination[page]=1&pagination[limit]=3'),
    'pages with a limit of -1': page('?sort=name&pagination[limit]=-1'),
    'pages with pagination of text': page('?pagination=first'),
    'pages with page at the top': page('?sort=name&page=2&pageSize=3'),
    'pages filtered files': page('?filters[mime][$startsWith]=image/&sort=name'),
    'pages some fields': page('?fields=name&sort=name'),
    'pages an unknown filter': page('?filters[nothing]=1'),
    'pages with everything populated': page('?populate=*&sort=name'),
  },
  { library: true }
);

const single = cases(
  {
    'finds a file': one('notes.txt'),
    'finds a picture': one('photo.jpg'),
    'finds some fields of a file': one('notes.txt', '?fields=name'),
    'finds a file and what it belongs to': one('photo.jpg', '?populate=related'),
    'finds a file and everything': one('photo.jpg', '?populate=*'),
    'finds a file and its folder': one('photo.jpg', '?populate=folder'),
    'finds a file and its creator': one('photo.jpg', '?populate=createdBy'),
    'finds a file and something unknown': one('photo.jpg', '?populate=nothing'),
    'finds a file with a filter': one('photo.jpg', '?filters[name]=other'),
    'finds a file that does not exist': get('/api/upload/files/999'),
    'finds an id that is no number': get('/api/upload/files/abc'),
    'finds an id with digits and letters': get('/api/upload/files/1abc'),
    'finds id zero': get('/api/upload/files/0'),
    'finds a negative id': get('/api/upload/files/-1'),
    'finds an id larger than any': get('/api/upload/files/99999999999999999999'),
    'finds a documentId': get(`/api/upload/files/${'file0'.padEnd(24, 'x')}`),
  },
  { library: true }
);

/** Cases about the entries that use a file. The photo is the cover of a restaurant. */
const related = cases(
  {
    'lists files and entries that the public may find': list('?populate=related&sort=name'),
    'pages files and entries that the public may find': page('?populate=related&sort=name'),
    'finds a file and entries that the public may find': one('photo.jpg', '?populate=related'),
    'finds a file and entries by type': one('photo.jpg', '?populate[related][fields][0]=name'),
  },
  {
    library: true,
    publicMay: [...UPLOAD_ACTIONS, 'api::restaurant.restaurant.find'],
  }
);

const empty = cases({
  'lists an empty library': list(),
  'pages an empty library': page(),
});

export const contentRead = [...lists, ...pages, ...single, ...related, ...empty];
