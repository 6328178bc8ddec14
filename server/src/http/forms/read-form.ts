import os from 'node:os';
import path from 'node:path';
import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { callerOf } from '../../access/caller';
import { linkOf } from '../link';
import { may } from '../may';
import { entryReaderOf } from '../entry-forms/form';
import { formFilesOf, type FormRequest } from './form-files';
import { clientError, NotPermitted } from '../../errors';
import { groupBy } from '../../util/group';
import { closeUnlessComplete } from '../../upload/receive/drain';
import { remember } from '../../upload/receive/received-file';
import { receiveFiles, type ReceiveOptions } from '../../upload/receive/receive-files';
import { refusalOf } from '../../links/refuse-files';
import { isComplete } from '../../links/request';
import { allOf } from '../../util/parallel';
import { receiving } from '../receiving';
import { removeFile } from '../../storage/disk';
import type { FormKind } from './form-routes';
import type { PendingForm } from './pending';

const UPLOAD = 'plugin::upload.content-api.upload';

/** A form to be read. */
export interface UnreadForm {
  /** The request with the form, which also determines the caller. */
  ctx: Context;
  kind: FormKind;
  form: PendingForm;
}

/**
 * Reads the form of an authorised request. Its files are staged while they come in, each byte once.
 *
 * @throws the error for the client if the form is refused
 */
export async function readForm(strapi: Core.Strapi, unread: UnreadForm): Promise<void> {
  const { ctx, kind, form } = unread;
  const options = {
    ...receiving.of(strapi).optionsFor(callerOf(ctx)),
    ...(kind.of === 'entry'
      ? entryOptions(strapi, unread, kind.uid)
      : uploadOptions(strapi, unread)),
  };
  try {
    const { fields, files } = await receiveFiles(ctx.req, options, form.attempt);
    closeUnlessComplete(ctx);
    const forget = remember(files);
    const byField = groupBy(files, ({ fieldName }) => fieldName);
    const request = ctx.request as FormRequest;
    request.body = fields;
    request.files = Object.fromEntries(
      [...byField].map(([name, some]) => [name, some.length === 1 ? some[0] : some])
    );
    const staged = new Set(files.map(({ filepath }) => filepath));
    form.tidy = async () => {
      forget();
      await removeReplacements(request, staged);
    };
    form.received = files;
    form.readFor = form.isInFront ? callerOf(ctx) : null;
    form.isRead = true;
  } catch (error) {
    throw clientError(error);
  }
}

/**
 * Removes files that a project's code has put in place of the received ones in a folder for temporary files.
 * Strapi's parser does the same with all files in `files` at the end.
 *
 * @param staged paths of the received files, which belong to the attempt
 */
async function removeReplacements(
  request: FormRequest,
  staged: ReadonlySet<string>
): Promise<void> {
  const folders = new Set([os.tmpdir(), ...[...staged].map((one) => path.dirname(one))]);
  const others = formFilesOf(request)
    .map(({ file }) => String(file.filepath))
    .filter((one) => !staged.has(one) && folders.has(path.dirname(one)));
  await allOf(others.map(removeFile));
}

type KindOptions = Pick<ReceiveOptions, 'beforeFiles'> & Partial<ReceiveOptions>;

/**
 * Refuses a link that is not possible before the files are stored, if the fields of the link came before the files. A
 * form that is read in front of a project's code is not checked here, since that code must decide first.
 */
const uploadOptions = (
  strapi: Core.Strapi,
  { ctx, form: { isInFront } }: UnreadForm
): KindOptions => ({
  async beforeFiles(fields) {
    const hasLink = !isInFront && !ctx.params.id && !ctx.query.id && isComplete(fields);
    const link = hasLink ? await linkOf(strapi, ctx, fields) : null;
    const refuse = (file: { name: string; mime: string }) =>
      link?.target ? refusalOf(file, link.target) : null;
    return { refuse };
  },
});

/**
 * Returns the options for the form of an entry. A form in front of a project's code is read without checks of its
 * fields, since that code must decide first.
 */
function entryOptions(
  strapi: Core.Strapi,
  { ctx, form: { isInFront } }: UnreadForm,
  uid: string
): KindOptions {
  const reader = entryReaderOf(strapi, uid);
  return {
    batch: 'all',
    shape: isInFront ? reader.anyShape : reader.shape,
    async beforeFiles(fields) {
      if (!(await may(strapi, ctx, UPLOAD))) {
        throw new NotPermitted(
          `Sending files with an entry also uploads these files, which needs the permission "${UPLOAD}".`
        );
      }
      if (!isInFront) {
        reader.refuseUnknown(fields);
        reader.dataIn(fields);
      }
      return {};
    },
  };
}
