import storeEntryFiles from '../http/entry-forms/store-entry-files';
import authorizeAsset from './authorize-asset';
import receive from './receive';

export default {
  'authorize-asset': authorizeAsset,
  receive,
  'store-entry-files': storeEntryFiles,
};
