import storeEntryFiles from '../entry-files/store-entry-files';
import authorizeAsset from './authorize-asset';
import receive from './receive';

export default {
  'authorize-asset': authorizeAsset,
  receive,
  'store-entry-files': storeEntryFiles,
};
