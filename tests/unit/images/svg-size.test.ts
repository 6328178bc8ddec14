import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { svgSize } from '../../../server/src/images/header/svg-size';
import { cpuTime } from '../../support/cpu-time';

describe('svgSize', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'svg-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const sizeOf = async (text: string) => {
    const file = path.join(folder, 'a.svg');
    await writeFile(file, text);
    return svgSize(file);
  };

  it.each([
    ['<svg width="320" height="200">', { width: 320, height: 200 }],
    ["<svg width='320px' height = '200.4px'>", { width: 320, height: 200 }],
    ['<svg viewBox="0 0 64 48">', { width: 64, height: 48 }],
    ['<svg width="100%" height="100%" viewBox="0,0,64,48">', { width: 64, height: 48 }],
    ['<?xml version="1.0"?><s:svg\n  width="5"\n  height="6">', { width: 5, height: 6 }],
    // The expected sizes are measured in Chromium 156 as `naturalWidth` and `naturalHeight`.
    ['<svg width="210mm" height="297mm" viewBox="0 0 210 297">', { width: 794, height: 1123 }],
    ['<svg height="50" viewBox="0 0 222 66">', { width: 168, height: 50 }],
    ['<svg width="50" viewBox="0 0 222 66">', { width: 50, height: 15 }],
    ['<svg width="50%" height="40" viewBox="0 0 64 48">', { width: 53, height: 40 }],
    ['<svg width="20" height="auto" viewBox="0 0 40 10">', { width: 20, height: 5 }],
    ['<svg width="foo" height="20" viewBox="0 0 40 10">', { width: 80, height: 20 }],
    ['<svg width="50%" height="40">', { width: 300, height: 40 }],
    ['<svg width="210mm">', { width: 794, height: 150 }],
    ['<svg width="20" viewBox="0 0 0 10">', { width: 20, height: 150 }],
    ['<svg width="100%" height="100%">', { width: 300, height: 150 }],
    ['<svg viewBox="0 0 64">', { width: 300, height: 150 }],
    ['<svg>', { width: 300, height: 150 }],
    ['<svg width="10em" height="2rem">', { width: 160, height: 32 }],
    ['<svg width="10pc" height="20pt">', { width: 160, height: 27 }],
    ['<svg width="40q" height="1IN">', { width: 38, height: 96 }],
    ['<svg width="2cm" height="1e2">', { width: 76, height: 100 }],
    ['<svg width=" +20 " height=".5e1">', { width: 20, height: 5 }],
    ['<svg width="20 px" height="10">', { width: 300, height: 10 }],
    // Only the attributes of the root element count.
    ['<!-- <svg width="1" height="2"> --><svg width="3" height="4">', { width: 3, height: 4 }],
    ['<svg data-a="1 > 0" width="3" height="4"><svg width="9"/>', { width: 3, height: 4 }],
    ['<svg stroke-width="9" data-height="9">', { width: 300, height: 150 }],
    ['<svg width="0" height="5">', null],
    ['<svg width="1e99" height="5">', null],
    ['<html><svg width="5" height="5">', null],
    ['no svg', null],
  ])('of %s', async (text, size) => expect(await sizeOf(text)).toEqual(size));

  it.each([
    ['blanks', `<svg xmlns="x" width="${' '.repeat(60_000)}></svg>`],
    ['beginnings', '<svg '.repeat(13_000)],
    ['prefixes', `<${'a'.repeat(60_000)}`],
    ['equals signs', `<svg ${'width ='.repeat(9000)}>`],
  ])('takes no time over many %s', async (_what, text) => {
    expect(await cpuTime(() => sizeOf(text), 500)).toBeLessThan(500);
  });
});
