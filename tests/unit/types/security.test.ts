import { strings } from '@strapi/utils';
import fc from 'fast-check';
import { decideType, gatherEvidence } from '../../../server/src/types/detect-type';
import { cleanName, objectHash, slugOf } from '../../../server/src/types/file-name';
import { extensionOf } from '../../../server/src/types/signatures/extensions';
import { judgeType, matchesAny } from '../../../server/src/types/type-policy';
import { fuzzRuns } from '../../support/fuzz-runs';
import * as samples from '../../support/samples';
import { cpuTime } from '../../support/cpu-time';

describe('cleanName', () => {
  it.each([
    ['photo.jpg', 'photo.jpg'],
    ['Größe 日本 😀.png', 'Größe 日本 😀.png'],
    ['é.txt'.normalize('NFD'), 'é.txt'.normalize('NFC')],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['a\0b\r\nc.txt', 'abc.txt'],
    ['evil\u202Egnp.exe', 'evilgnp.exe'],
    ['  spaced.txt  ', 'spaced.txt'],
    ['.', 'unnamed'],
    ['..', 'unnamed'],
    ['', 'unnamed'],
    ['/', 'unnamed'],
    ['.htaccess', '.htaccess'],
  ])('%j becomes %j', (raw, clean) => expect(cleanName(raw)).toBe(clean));

  it('takes no time over a million combining marks', async () => {
    const name = `${'\u0315\u0300'.repeat(500_000)}.txt`;
    expect(await cpuTime(() => cleanName(name), 1000)).toBeLessThan(1000);
  });

  it('never leaves half a character', () => {
    expect(cleanName('\ud800x.txt')).toBe('x.txt');
    for (const start of ['a', 'aa']) {
      expect(cleanName(`${start}${'😀'.repeat(150)}.jpg`)).not.toMatch(/\p{Surrogate}/u);
    }
  });

  it('bounds the length and keeps the extension', () => {
    expect(cleanName(`${'x'.repeat(5000)}.jpeg`)).toMatch(/^x{250}\.jpeg$/);
  });
});

describe('names of any kind', () => {
  const anyName = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc
      .array(
        fc.oneof(
          fc.constantFrom(
            '..',
            '/',
            '\\',
            '\0',
            '\r\n',
            '"',
            '.',
            ' ',
            '\u202e',
            'con',
            'e\u0301',
            '\ud800',
            '%2e'
          ),
          fc.string({ maxLength: 10 })
        ),
        { maxLength: 40 }
      )
      .map((pieces) => pieces.join(''))
  );

  it('become names to be shown and safe keys', () => {
    fc.assert(
      fc.property(anyName, fc.constantFrom('image/png', 'text/plain', 'x/y'), (raw, mime) => {
        const name = cleanName(raw);
        expect(name.length).toBeGreaterThan(0);
        expect(name.length).toBeLessThanOrEqual(255);
        expect(name).not.toMatch(/[/\\\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|^\.+$/);
        expect(name).not.toMatch(/\p{Surrogate}/u);
        expect(cleanName(name)).toBe(name);
        for (const proof of ['type', 'text', 'nothing', undefined] as const) {
          const ext = extensionOf(name, mime, proof);
          expect(ext).toMatch(/^(\.[A-Za-z0-9_-]{1,16})?$/);
          expect(objectHash(name, ext)).toMatch(/^[A-Za-z0-9_-]{1,131}$/);
        }
      }),
      { numRuns: fuzzRuns(500, 3_000) }
    );
  }, 300_000);
});

describe('extensionOf', () => {
  it.each([
    ['a.JPG', 'image/jpeg', '.JPG'],
    ['a', 'image/jpeg', '.jpg'],
    ['a', 'application/x-unheard-of', ''],
    ['a.b?c', 'text/plain', '.txt'],
    [`a.${'x'.repeat(30)}`, 'text/plain', '.txt'],
    ['archive.tar.gz', 'application/gzip', '.gz'],
    ['a.html', 'image/gif', '.html'],
  ])('of %s as %s is %j', (name, mime, ext) => expect(extensionOf(name, mime)).toBe(ext));
});

describe('extensionOf for bytes that say their type', () => {
  it.each([
    ['evil.html', 'image/gif', '.gif'],
    ['evil.svg', 'image/png', '.png'],
    ['photo.JPG', 'image/jpeg', '.JPG'],
    ['photo.jpeg', 'image/jpeg', '.jpeg'],
    ['sound.wav', 'audio/wav', '.wav'],
    ['noext', 'image/png', '.png'],
  ])('of %s as %s is %j', (name, mime, ext) => expect(extensionOf(name, mime, 'type')).toBe(ext));
});

describe('objectHash', () => {
  it.each([
    'photo.jpg',
    '😀😀.jpg',
    '../../x.jpg',
    'con.jpg',
    '日本.jpg',
    `${'x'.repeat(400)}.jpg`,
  ])('of %s is a safe file name', (name) => {
    const hash = objectHash(name, '.jpg');
    expect(hash).toMatch(/^[A-Za-z0-9_-]+_[0-9a-f]{10}$/);
    expect(`thumbnail_${hash}.jpg`.length).toBeLessThan(255);
  });

  it('is another one each time', () => {
    expect(objectHash('a.jpg', '.jpg')).not.toBe(objectHash('a.jpg', '.jpg'));
  });
});

describe('gatherEvidence and decideType', () => {
  const typeOf = async (content: Buffer | string, name: string, declared?: string) =>
    decideType(await gatherEvidence(Buffer.from(content), name, declared)).mime;

  it('believes the bytes first', async () => {
    expect(await typeOf(await samples.png(), 'a.txt', 'text/html')).toBe('image/png');
  });

  it.each([
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '\uFEFF<?xml version="1.0"?>\n<svg>',
    '<?xml version="1.0"?><!-- <html> --><!DOCTYPE svg PUBLIC "a" "b"><svg>',
    '<!DOCTYPE svg [ <!ENTITY ns "http://x/>"> ]>\n<svg xmlns="&ns;">',
    '<s:svg xmlns:s="http://www.w3.org/2000/svg">',
  ])('knows an SVG by its first element: %s', async (text) => {
    expect(await typeOf(text, 'whatever.bin')).toBe('image/svg+xml');
  });

  it.each([
    '<html><svg></svg></html>',
    '<!-- <svg> -->',
    '<!-- <svg>',
    '<!DOCTYPE svg [ <svg>',
    'a <svg>',
  ])('is not taken in by %s', async (text) =>
    expect(await typeOf(text, 'a.txt')).toBe('text/plain')
  );

  it('takes the name where it says more of a container', async () => {
    const zip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');
    const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
    expect(await typeOf(zip, 'a.docx')).toBe(docx);
    expect(await typeOf(zip, 'a.png')).toBe('application/zip');
    expect(await typeOf('<?xml version="1.0"?><rss/>', 'feed.rss')).toBe('application/rss+xml');
  });

  it('takes a well-formed word of the client last', async () => {
    expect(await typeOf('x', 'a', 'text/x-own; charset=utf-8')).toBe('text/x-own');
    expect(await typeOf('\0', 'a', 'nonsense')).toBe('application/octet-stream');
    expect(await typeOf('\0', 'a', `text/${'x'.repeat(300)}`)).toBe('application/octet-stream');
  });
});

const PAGE = '<!DOCTYPE html><title>x</title><script>alert(1)</script>';

describe('texts', () => {
  const decided = async (content: Buffer | string, name: string, declared?: string) => {
    const { mime, proof } = decideType(await gatherEvidence(Buffer.from(content), name, declared));
    return `${mime} ${extensionOf(name, mime, proof)}`;
  };
  const words = 'Just a few words, and nothing else.\n';
  const table = 'id,name,price\n1,"Pizza, large",9\n2,Pasta,8\n';
  const long = (entry: string) => `[${Array(1000).fill(entry).join(',')}]`;

  it.each([
    // The names have no known extension, so the bytes decide the type.
    [PAGE, 'page', 'text/html .html'],
    [' \n<HTML lang=en>', 'page', 'text/html .html'],
    ['\ufeff<script>1</script>', 'page', 'text/html .html'],
    [Buffer.from('\ufeff<body >', 'utf16le'), 'page', 'text/html .html'],
    ['<!-- a page -->', 'page', 'text/html .html'],
    ['<template></template>', 'page', 'text/plain .txt'],
    ['<br-own>', 'page', 'text/plain .txt'],
    ['a <script>', 'page', 'text/plain .txt'],
    ['<?php echo 1;', 'page', 'application/x-httpd-php .php'],
    ['<?= 1 ?>', 'page', 'application/x-httpd-php .php'],
    ['#!/bin/sh\nls', 'run', 'application/x-sh .sh'],
    ['#!/usr/bin/env bash\nls', 'run', 'application/x-sh .sh'],
    ['#!/usr/bin/perl -w', 'run', 'application/x-perl .pl'],
    ['#!/usr/bin/env node\n', 'run', 'text/javascript .js'],
    ['#!/usr/bin/python3\n', 'run', 'text/plain .txt'],
    ['{"a": [1, true, "x\\n"]}', 'data', 'application/json .json'],
    [long('{"a": "b", "c": -1.5e3}'), 'data', 'application/json .json'],
    [long('"a \\u0041"'), 'data', 'application/json .json'],
    ['{"a": 1', 'data', 'text/plain .txt'],
    ['{a: 1}', 'data', 'text/plain .txt'],
    [long("'a'"), 'data', 'text/plain .txt'],
    ['[draft]', 'data', 'text/plain .txt'],
    [table, 'data', 'text/csv .csv'],
    [table.replaceAll(',', ';').replace('Pizza; ', 'Pizza, '), 'data', 'text/csv .csv'],
    ['a\tb\tc\n1\t2\t3\n4\t5\t6', 'data', 'text/tab-separated-values .tsv'],
    [table.repeat(200), 'data', 'text/csv .csv'],
    ['Dear all, a, b\nhow are you?\nI, you, he\n', 'data', 'text/plain .txt'],
    [words, 'LICENSE', 'text/plain .txt'],
    [words, 'html', 'text/plain .txt'],
    [Buffer.from(`\ufeff${words}`, 'utf16le'), 'notes.txt', 'text/plain .txt'],
    [Buffer.from('caf\u00e9', 'latin1'), 'menu', 'text/plain .txt'],
    [words, 'main.py', 'text/plain .py'],
    ['<script setup>', 'App.vue', 'text/html .vue'],
    [Buffer.from([1, 2, 3]), 'data', 'application/octet-stream .bin'],
    // The name decides the kind of text if this kind is not more dangerous than the kind of the content.
    [PAGE, 'page.html', 'text/html .html'],
    [PAGE, 'readme.md', 'text/markdown .md'],
    [PAGE, 'notes.txt', 'text/plain .txt'],
    ['#!/bin/sh', 'install.txt', 'text/plain .txt'],
    [words, 'page.html', 'text/plain .txt'],
    [`${words}<b>end</b>`, 'page.html', 'text/html .html'],
    [words, 'data.json', 'application/json .json'],
    ['#!/bin/sh', 'a.pl', 'application/x-perl .pl'],
    ['let a: string;', 'a.ts', 'text/plain .ts'],
    [Buffer.from([0x47, 0, 1, 2]), 'a.ts', 'video/mp2t .ts'],
    // Texts with the name of another type.
    [PAGE, 'film.mp4', 'text/html .html'],
    [PAGE, 'paper.pdf', 'text/html .html'],
    [PAGE, 'paper.docx', 'text/html .docx'],
    [PAGE, 'program.bin', 'text/html .bin'],
    [words, 'paper.pdf', 'text/plain .txt'],
    ['{"error": 404}', 'film.mp4', 'application/json .json'],
    [words, 'drawing.dxf', 'image/vnd.dxf .dxf'],
    ['#EXTM3U\nx.mp3\n', 'list.m3u', 'audio/x-mpegurl .m3u'],
    ['#EXTM3U\nx.mp4\n', 'list.mxu', 'video/vnd.mpegurl .mxu'],
    [words, 'program.bin', 'application/octet-stream .bin'],
    ['From: a@b.c\n', 'mail.eml', 'message/rfc822 .eml'],
    [Buffer.from([1, 2, 3]), 'film.mp4', 'video/mp4 .mp4'],
  ])('%j named %j is %s', async (content, name, expected) =>
    expect(await decided(content, name)).toBe(expected)
  );

  it.each([
    [words, 'text/x-own', 'text/x-own '],
    [words, 'text/html', 'text/plain .txt'],
    [words, 'image/svg+xml', 'text/plain .txt'],
    [words, 'application/javascript', 'text/plain .txt'],
    [words, 'application/pdf', 'text/plain .txt'],
    [PAGE, 'text/plain', 'text/html .html'],
    ['{"a": 1}', 'application/ld+json', 'application/ld+json .jsonld'],
    ['{"a": 1}', 'text/plain', 'application/json .json'],
    [Buffer.from([1, 2, 3]), 'text/html', 'application/octet-stream .bin'],
  ])('%j that a client calls %s is %s', async (content, declared, expected) =>
    expect(await decided(content, 'blob', declared)).toBe(expected)
  );

  it.each([
    [PAGE, 'notes.txt', { deniedTypes: ['text/html'] }, 'text/html'],
    [PAGE, 'film.mp4', { allowedTypes: ['video/*'] }, 'text/html'],
    [PAGE, 'film.mp4', { allowedTypes: ['text/*'] }, 'video/mp4'],
    [PAGE, 'page', { allowedTypes: ['text/html'] }, 'application/octet-stream'],
    [words, 'paper.pdf', { allowedTypes: ['application/pdf'] }, 'text/plain'],
    [words, 'LICENSE', { allowedTypes: ['text/plain'] }, 'application/octet-stream'],
    [words, 'notes.txt', { deniedTypes: ['text/html'] }, undefined],
    [PAGE, 'notes.txt', { allowedTypes: ['text/plain'] }, undefined],
    [words, 'LICENSE', { allowedTypes: ['application/octet-stream'] }, undefined],
  ])('%j named %j, %j: refused for %s', async (content, name, policy, refusedFor) => {
    const evidence = await gatherEvidence(Buffer.from(content), name, undefined);
    expect(judgeType(evidence, policy).refusedFor).toBe(refusedFor);
  });
});

describe('judgeType', () => {
  const png = { detected: 'image/png', byName: 'text/html', declared: 'application/pdf' };

  it.each([
    ['the bytes’ type', 'image/*'],
    ['the name’s type', 'text/html'],
    ['the client’s type', 'application/pdf'],
  ])('refuses when %s is denied', (_which, pattern) => {
    expect(judgeType(png, { deniedTypes: [pattern] }).refusedFor).toBeDefined();
  });

  it('allows by the stored type alone', () => {
    expect(judgeType(png, { allowedTypes: ['image/*'] })).toEqual({
      mime: 'image/png',
      claimed: 'image/png',
      proof: 'type',
    });
    expect(judgeType(png, { allowedTypes: ['text/html'] }).refusedFor).toBe('image/png');
  });

  it('allows all without a list, none with an empty one', () => {
    expect(judgeType(png, {}).refusedFor).toBeUndefined();
    expect(judgeType(png, { allowedTypes: [] }).refusedFor).toBe('image/png');
  });

  it('refuses what the bytes say by themselves, also where the name says more', async () => {
    const entry =
      '504b030414000000080000000000000000000000000000000000140000004d4554412d494e462f4d414e49464553542e4d46';
    const jar = Buffer.from(entry.padEnd(200, '0'), 'hex');
    const evidence = await gatherEvidence(jar, 'a.zip', undefined);
    expect(judgeType(evidence, {}).mime).toBe('application/zip');
    const denied = (type: string) => judgeType(evidence, { deniedTypes: [type] }).refusedFor;
    expect(['application/java-archive', 'application/zip'].map(denied)).toEqual([
      'application/java-archive',
      'application/zip',
    ]);
  });

  it('takes patterns literally but for the star', () => {
    expect(matchesAny('image/svg+xml', ['image/svg+xml'])).toBe(true);
    expect(matchesAny('image/svggxml', ['image/svg+xml'])).toBe(false);
    expect(matchesAny('IMAGE/PNG', ['image/*'])).toBe(true);
    expect(matchesAny('ximage/png', ['image/*'])).toBe(false);
    expect(matchesAny('text/plain', ['*'])).toBe(true);
  });
});

describe('slugOf', () => {
  it.each([
    ['IMG_0001', 'IMG_0001'],
    ['my summer (2)', 'my_summer_2'],
    ['..', ''],
    ['myPhoto', 'my_Photo'],
    ['Größe', 'Groesse'],
  ])('of %j is %j', (name, slug) => expect(slugOf(name)).toBe(slug));

  it('is that of the library for plain names too, which it does not ask', () => {
    const letters = 'aBcDxyZ019 _-.,()[]+';
    for (let seed = 1; seed < 2_000; seed += 1) {
      const name = Array.from({ length: seed % 9 }, (_, at) => letters[(seed * (at + 7)) % 20]);
      const asked = strings.nameToSlug(name.join(''), { separator: '_', lowercase: false });
      expect(slugOf(name.join(''))).toBe(asked.replace(/[^A-Za-z0-9_-]/g, ''));
    }
  });
});
