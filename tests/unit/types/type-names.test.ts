import { namesOf, storedWord } from '../../../server/src/types/type-names';
import { typeOf } from '../../../server/src/serving/served-type';
import { bytes } from '../../support/typed';
import { judgeType } from '../../../server/src/types/type-policy';

const evidence = (mime: string) => ({
  detected: mime,
  byName: undefined,
  declared: undefined,
});
const isAllowed = (mime: string, allowedTypes: string[]) =>
  judgeType(evidence(mime), { allowedTypes }).refusedFor === undefined;
const isDenied = (mime: string, deniedTypes: string[]) =>
  judgeType(evidence(mime), { deniedTypes }).refusedFor !== undefined;

describe('a type', () => {
  it.each([
    ['audio/wav', 'audio/x-wav'],
    ['text/javascript', 'application/javascript'],
    ['image/jpeg', 'image/jpg'],
    ['application/zip', 'application/x-zip-compressed'],
    ['application/xml', 'text/xml'],
    ['image/x-icon', 'image/vnd.microsoft.icon'],
    ['audio/mpeg', 'AUDIO/MP3'],
    ['text/csv', 'text/csv; charset=utf-8'],
    ['audio/matroska', 'audio/x-matroska'],
  ])('is let in and kept out under all its names: %s as %s', (mime, pattern) => {
    expect([isAllowed(mime, [pattern]), isDenied(mime, [pattern])]).toEqual([true, true]);
  });

  it.each(['*/*', '*', 'a*/*', '*/j*', 'application/*'])('fits %s', (pattern) => {
    expect([
      isAllowed('application/json', [pattern]),
      isDenied('application/json', [pattern]),
    ]).toEqual([true, true]);
  });

  it('of another family comes in by its own name alone, and is kept out by any', () => {
    expect(isAllowed('application/javascript', ['text/*'])).toBe(false);
    expect(isDenied('application/javascript', ['text/*'])).toBe(true);
  });

  it('that is unknown has one name', () => {
    expect(namesOf('Application/X-Own; v=1')).toEqual(['application/x-own']);
    expect(isAllowed('application/x-own', ['application/x-owner'])).toBe(false);
  });

  it.each([
    ['audio/wav', 'a.wav', 'audio/wave'],
    ['audio/wav', 'a', 'audio/wav'],
    ['audio/mpeg', 'a.wav', 'audio/mpeg'],
    ['text/javascript', 'a.JS', 'application/javascript'],
    ['text/plain', 'a.js', 'text/plain'],
    ['text/csv', 'a.csv', 'text/csv'],
  ])('%s of %s is stored as %s', (mime, name, word) => {
    expect(storedWord(mime, name)).toBe(word);
  });

  it.each([
    [bytes("'RIFF' 24 00 00 00 'WAVEfmt '"), 'a.wav', 'audio/wave'],
    [bytes("'RIFF' 24 00 00 00 'WAVEfmt '"), 'a', 'audio/wav'],
    [Buffer.from('select 1;'), 'a.sql', 'application/x-sql'],
    [Buffer.from('%FDF-1.2\n'), 'a.fdf', 'application/vnd.fdf'],
    // Browsers know these types by another name.
    [Buffer.from('alert(1)'), 'a.js', 'text/javascript'],
    [bytes('ff f1 50 80 01 1f fc 00 ff f1 50 80 01 1f fc 00'), 'a.aac', 'audio/aac'],
  ])('%# named %s is served as %s', async (content, name, word) =>
    expect((await typeOf(content, name)).split(';')[0]).toBe(word)
  );
});
