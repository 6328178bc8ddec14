import { clientError, headersOf } from '../../../server/src/errors';
import { machineFault } from '../../../server/src/images/render/machine-fault';

describe('an image that libvips could not decode', () => {
  it.each([
    ['VipsForeignLoad: unable to open file\nunix error: Too many open files', 'EMFILE', 503],
    ['system error: Too many open files in system', 'ENFILE', 503],
    ['out of memory --- size == 48MB', 'ENOMEM', 503],
    ['vips_tracked: unable to allocate 123 bytes: Cannot allocate memory', 'ENOMEM', 503],
  ])('is not blamed where libvips says "%s"', async (message, code, status) => {
    const fault = await machineFault(__filename, message);
    expect(fault).toMatchObject({ code });
    const error = clientError(fault);
    expect(error).toMatchObject({ status });
    expect(headersOf(error)).toEqual({ 'Retry-After': '10' });
  });

  it('is not blamed where its file cannot be opened', async () => {
    const fault = await machineFault(`${__filename}.missing`, 'Input file is missing');
    expect(fault).toMatchObject({ code: 'ENOENT' });
    // The fault does not become a client error: Strapi answers 500 and logs the fault.
    expect(clientError(fault)).toBe(fault);
  });

  it('is blamed for what is wrong in its bytes', async () => {
    expect(await machineFault(__filename, 'VipsJpeg: premature end of JPEG image')).toBeNull();
  });
});
