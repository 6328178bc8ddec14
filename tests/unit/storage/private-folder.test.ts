import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { privateFolder } from '../../../server/src/storage/private-folder';

describe('the folder of private files', () => {
  let project: string;
  let publicFolder: string;
  beforeAll(async () => {
    project = await mkdtemp(path.join(os.tmpdir(), 'private-folder-'));
    publicFolder = path.join(project, 'public');
    await mkdir(path.join(publicFolder, 'uploads'), { recursive: true });
    await symlink(path.join(publicFolder, 'uploads'), path.join(project, 'elsewhere'));
  });
  afterAll(() => rm(project, { recursive: true }));

  const warn = jest.fn();
  const inProject = (name: string, wanted = true) =>
    privateFolder({ folder: path.resolve(project, name), publicFolder, wanted, log: { warn } });

  it.each(['public', 'public/uploads', './public/uploads/private', 'public/..secret'])(
    'may not lie in the public folder: %s',
    async (name) => {
      await expect(inProject(name)).rejects.toThrow('lies in the public folder');
      // The refused folder is not created either.
      expect(await readdir(publicFolder, { recursive: true })).toEqual(['uploads']);
    }
  );

  it('may not lie there by way of a symbolic link either', () =>
    expect(inProject('elsewhere')).rejects.toThrow('lies in the public folder'));

  it.each(['private', '..private', 'public-not'])('may be another one: %s', async (name) => {
    const folder = await inProject(name);
    expect(folder).toBe(path.join(project, name));
    expect((await stat(folder!)).mode & 0o777).toBe(0o700);
  });

  it.each([
    [0o755, 0o700],
    [0o750, 0o700],
    [0o777, 0o700],
    [0o500, 0o500],
  ])('is closed to other users: of mode %i it becomes %i', async (mode, closed) => {
    const folder = path.join(project, `of-mode-${mode}`);
    await mkdir(folder);
    await chmod(folder, mode);
    await inProject(folder);
    expect((await stat(folder)).mode & 0o777).toBe(closed);
    expect(warn).not.toHaveBeenCalled();
  });

  it('is not made where no file is private', async () => {
    expect(await inProject('unwanted', false)).toBeNull();
    await expect(stat(path.join(project, 'unwanted'))).rejects.toThrow('ENOENT');
  });
});
