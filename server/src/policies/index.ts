import receiveForm from './receive-form';

export default { 'receive-form': receiveForm };
