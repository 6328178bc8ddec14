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

/** A form that is to be read. */
export interface UnreadForm {
  /** Its request, which says who the caller is. */
  ctx: Context;
  kind: FormKind;
  form: PendingForm;
}

/**
 * Reads the form of an authorised request and stages its files, each byte once, as it comes in.
 *
 * @throws the client's error where the form is refused
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
 * Removes what a project's code has put in the place of files and left where temporary files are, as Strapi's parser does
 * with what `files` names in the end.
 *
 * @param staged paths of the files as they came: those are the attempt's
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
 * A link that cannot be made is refused before its files are stored, where its fields are; not in front of a project's
 * code, which decides before that.
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

/** In front of a project's code a form is read as it is: that decides first. */
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
          `Sending files with an entry stores them: it needs the permission "${UPLOAD}" as well.`
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
