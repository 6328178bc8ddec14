import { gzipSync } from 'node:zlib';
import { MULTIPART, multipart, type Part } from '../../support/raw';
import { cases, field, file, fileInfo, postForm, postJson, type Step } from '../harness/case';

const form = (...parts: Part[]): Step => postForm('/api/upload', ...parts);

const raw = (body: string | Buffer, headers: Record<string, string> = MULTIPART): Step => ({
  method: 'POST',
  path: '/api/upload',
  headers,
  body,
});

const infos = cases({
  'takes name, caption and alternative text': form(
    file('a.txt'),
    fileInfo({ name: 'b.txt', caption: 'A caption', alternativeText: 'An alternative' })
  ),
  'takes fileInfo before the file': form(fileInfo({ caption: 'first' }), file('a.txt')),
  'takes a name without an extension from fileInfo': form(file('a.txt'), fileInfo({ name: 'b' })),
  'takes a name with another extension from fileInfo': form(
    file('a.txt'),
    fileInfo({ name: 'b.pdf' })
  ),
  'takes an empty fileInfo': form(file('a.txt'), fileInfo({})),
  'takes an empty text as fileInfo': form(file('a.txt'), field('fileInfo', '')),
  'takes null as fileInfo': form(file('a.txt'), fileInfo(null)),
  'takes nulls in fileInfo': form(
    file('a.txt'),
    fileInfo({ name: null, caption: null, alternativeText: null, focalPoint: null })
  ),
  'takes empty texts in fileInfo': form(
    file('a.txt'),
    fileInfo({ name: '', caption: '', alternativeText: '' })
  ),
  'takes a focal point': form(file('a.txt'), fileInfo({ focalPoint: { x: 12.5, y: 100 } })),
  'refuses a focal point outside': form(file('a.txt'), fileInfo({ focalPoint: { x: 1, y: 101 } })),
  'refuses a negative focal point': form(file('a.txt'), fileInfo({ focalPoint: { x: -1, y: 1 } })),
  'refuses half a focal point': form(file('a.txt'), fileInfo({ focalPoint: { x: 1 } })),
  'takes a focal point of text': form(file('a.txt'), fileInfo({ focalPoint: 'center' })),
  'drops unknown keys of fileInfo': form(file('a.txt'), fileInfo({ colour: 'red', size: 5 })),
  'ignores a folder in fileInfo': form(file('a.txt'), fileInfo({ folder: 99 })),
  'takes a number as a caption': form(file('a.txt'), fileInfo({ caption: 5 })),
  'refuses an object as a caption': form(file('a.txt'), fileInfo({ caption: { a: 1 } })),
  'takes a list as a name': form(file('a.txt'), fileInfo({ name: ['a'] })),
  'refuses fileInfo that is no JSON': form(file('a.txt'), field('fileInfo', '{broken')),
  'takes a number as fileInfo': form(file('a.txt'), field('fileInfo', '5')),
  'takes a list of one for one file': form(file('a.txt'), fileInfo([{ caption: 'one' }])),
  'takes a list for two files': form(
    file('a.txt'),
    file('b.txt'),
    fileInfo([{ caption: 'one' }, { caption: 'two' }])
  ),
  'takes a part for each of two files': form(
    file('a.txt'),
    file('b.txt'),
    fileInfo({ caption: 'one' }),
    fileInfo({ caption: 'two' })
  ),
  'takes one object for two files': form(
    file('a.txt'),
    file('b.txt'),
    fileInfo({ caption: 'one' })
  ),
  'takes a list that is too short': form(
    file('a.txt'),
    file('b.txt'),
    fileInfo([{ caption: 'one' }])
  ),
  'takes a list that is too long': form(
    file('a.txt'),
    file('b.txt'),
    fileInfo([{ caption: '1' }, { caption: '2' }, { caption: '3' }])
  ),
  'ignores unknown fields': form(file('a.txt'), field('colour', 'red')),
  'takes fileInfo in brackets': form(
    file('a.txt'),
    field('fileInfo[caption]', 'c'),
    field('fileInfo[name]', 'n.txt')
  ),
  'takes a list of fileInfo in brackets': form(
    file('a.txt'),
    file('a.txt'),
    field('fileInfo[0][caption]', 'c'),
    field('fileInfo[1][caption]', 'c')
  ),
  'takes a focal point in brackets': form(
    file('a.txt'),
    field('fileInfo[focalPoint][x]', '10'),
    field('fileInfo[focalPoint][y]', '20')
  ),
  'takes other fields in brackets': form(file('a.txt'), field('tags[]', 'a'), field('tags[]', 'b')),
  'takes a field with an open bracket': form(file('a.txt'), field('fileInfo[caption', 'c')),
  'takes fields named as properties of objects': form(
    file('a.txt'),
    field('__proto__[caption]', 'c'),
    field('constructor', 'c'),
    field('fileInfo[__proto__][caption]', 'c')
  ),
  'ignores a path with the local provider': form(file('a.txt'), field('path', 'some/folder')),
});

const shapes = cases({
  'refuses a form without files': form(field('colour', 'red')),
  'refuses an empty form': raw('--test-boundary--\r\n'),
  'refuses a form without a boundary': raw('x', { 'content-type': 'multipart/form-data' }),
  'refuses a form with another boundary': raw(multipart([file('a.txt')]), {
    'content-type': 'multipart/form-data; boundary=other',
  }),
  'takes a form with a boundary of asterisks': raw(
    String(multipart([file('a.txt')])).replaceAll('test-boundary', '*****'),
    { 'content-type': 'multipart/form-data;boundary=*****' }
  ),
  'takes a form that calls itself multipart/mixed': raw(multipart([file('a.txt')]), {
    'content-type': 'multipart/mixed; boundary=test-boundary',
  }),
  'takes a form that calls itself multipart/related': raw(multipart([file('a.txt')]), {
    'content-type': 'multipart/related; boundary=test-boundary',
  }),
  'refuses a compressed form': raw(gzipSync(multipart([file('a.txt')])), {
    'content-type': 'multipart/form-data; boundary=test-boundary',
    'content-encoding': 'gzip',
  }),
  'refuses a form with lines that end in LF': raw(
    String(multipart([file('a.txt')])).replaceAll('\r\n', '\n')
  ),
  'refuses a form that ends too early': raw(multipart([file('a.txt')]).subarray(0, -30)),
  'refuses JSON': postJson('/api/upload', { files: [] }),
  'refuses JSON that is broken': postJson('/api/upload', '{broken'),
  'refuses a request without a body': { method: 'POST', path: '/api/upload' },
  'refuses a URL-encoded form': raw('files=x', {
    'content-type': 'application/x-www-form-urlencoded',
  }),
  'refuses bytes without a form': raw('x', { 'content-type': 'application/octet-stream' }),
  'answers a file in another field': form({ ...file('a.txt'), name: 'document' }),
  'answers a file in another field beside files': form(file('a.txt'), {
    ...file('b.txt'),
    name: 'document',
  }),
  'answers a file in files[]': form({ ...file('a.txt'), name: 'files[]' }),
  'answers a text in the field files': form(field('files', 'just text')),
  'takes a path with a slash at its end': postForm('/api/upload/', file('a.txt')),
  'takes a path in capitals': postForm('/API/Upload', file('a.txt')),
  'answers a PUT': { ...postForm('/api/upload', file('a.txt')), method: 'PUT' },
  'answers a GET': { method: 'GET', path: '/api/upload' },
});

export const contentForms = [...infos, ...shapes];
