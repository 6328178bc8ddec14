import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { svgSize } from '../../server/src/images/svg-size';

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
    ['<svg>', null],
    ['<svg width="0" height="5">', null],
    ['<svg width="1e99" height="5">', null],
    ['<svg stroke-width="9" data-height="9">', null],
    ['no svg', null],
  ])('of %s', async (text, size) => expect(await sizeOf(text)).toEqual(size));

  it.each([
    ['blanks', `<svg xmlns="x" width="${' '.repeat(60_000)}></svg>`],
    ['beginnings', '<svg '.repeat(13_000)],
    ['prefixes', `<${'a'.repeat(60_000)}`],
    ['equals signs', `<svg ${'width ='.repeat(9000)}>`],
  ])('takes no time over many %s', async (_what, text) => {
    const started = process.cpuUsage();
    await sizeOf(text);
    expect(process.cpuUsage(started).user).toBeLessThan(500_000);
  });
});
