import storeEntryFiles from '../entry-files/store-entry-files';
import authorizeAsset from './authorize-asset';
import authorizeChange from './authorize-change';
import receive from './receive';

export default {
  'authorize-asset': authorizeAsset,
  'authorize-change': authorizeChange,
  receive,
  'store-entry-files': storeEntryFiles,
};
