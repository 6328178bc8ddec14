import {
  askHooks,
  type FormidableHooks,
} from '../../../server/src/upload/receive/formidable-hooks';

const sent = (fileName = 'photo.PNG', contentType?: string) => ({
  fieldName: 'files',
  fileName,
  contentType,
  body: (async function* () {})(),
});
const ask = (hooks: FormidableHooks, part = sent()) => askHooks(hooks, part);

describe('hooks of formidable', () => {
  it('are told of a part as formidable tells it', () => {
    const filter = jest.fn(() => true);
    ask({ filter }, sent('a.txt', 'text/plain'));
    ask({ filter });
    expect(filter.mock.calls).toEqual([
      [{ name: 'files', originalFilename: 'a.txt', mimetype: 'text/plain' }],
      [{ name: 'files', originalFilename: 'photo.PNG', mimetype: 'application/octet-stream' }],
    ]);
  });

  it.each([[false], [undefined], [0], ['']])(
    'a filter that says %p leaves the file out',
    (said) => {
      expect(ask({ filter: () => said })).toBeNull();
    }
  );

  it('a filter refuses by its form’s error, whatever it says', () => {
    const refuse = (error: unknown): FormidableHooks => ({
      filter() {
        this.emit('error', error);
        return true;
      },
    });
    expect(() => ask(refuse(new RangeError('no')))).toThrow(RangeError);
    expect(() => ask(refuse('not this one'))).toThrow('not this one');
  });

  it('a hook that throws refuses', () => {
    const fail = () => {
      throw new Error('own');
    };
    expect(() => ask({ filter: fail })).toThrow('own');
    expect(() => ask({ filename: fail })).toThrow('own');
    expect(() => ask({ onFileBegin: fail })).toThrow('own');
  });

  it('filename gets the parts of the name, the extension where it is to be kept', () => {
    const filename = jest.fn((name: string, ext: string) => `new-${name}${ext}`);
    expect(ask({ filename })).toMatchObject({ newFilename: 'new-photo' });
    expect(ask({ filename, keepExtensions: true })).toMatchObject({ newFilename: 'new-photo.PNG' });
    expect(ask({ filename }, sent(''))).toMatchObject({ newFilename: 'new-invalid-name' });
  });

  it('onFileBegin may change name and type, and not the path', () => {
    const accepted = ask({
      onFileBegin(_field, file) {
        Object.assign(file, {
          originalFilename: 'b.csv',
          mimetype: 'text/csv',
          filepath: '/etc/x',
        });
      },
    });
    expect(accepted).toEqual({
      fileName: 'b.csv',
      contentType: 'text/csv',
      newFilename: undefined,
    });
  });
});
