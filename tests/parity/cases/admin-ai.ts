import { by, cases, get, postJson } from '../harness/case';

const admin = by('admin');
const generate = (body: unknown) => admin(postJson('/upload/actions/generate-ai-metadata', body));

/** Requests to the routes for AI features of a paid plan. The servers of these tests do not have that plan. */
export const adminAi = cases(
  {
    'AI metadata of a selection': (seen) => generate({ fileIds: [seen.file('photo.jpg')] }),
    'AI metadata of nothing': generate({}),
    'AI metadata of an empty list': generate({ fileIds: [] }),
    'AI metadata of text': generate({ fileIds: ['abc'] }),
    'AI metadata of a file that does not exist': generate({ fileIds: [999] }),
    'AI metadata of the whole library': admin(postJson('/upload/ai-metadata-jobs', {})),
    'AI metadata of the whole library without a body': admin({
      method: 'POST',
      path: '/upload/ai-metadata-jobs',
    }),
    'the latest AI metadata job': admin(get('/upload/ai-metadata-jobs/latest')),
    'the number of files without AI metadata': admin(get('/upload/ai-metadata-jobs/pending-count')),
    'an AI metadata job by its id': admin(get('/upload/ai-metadata-jobs/1')),
  },
  { library: true }
);
