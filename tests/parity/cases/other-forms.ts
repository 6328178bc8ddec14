import { cases, field, file, postForm, postJson } from '../harness/case';

const avatar = { ...file('me.txt'), name: 'avatar' };

/** Forms for routes that do not belong to the plugin. */
export const otherForms = cases({
  'an own route reads a form': postForm('/api/own-form', field('name', 'Ann'), file('a.txt')),
  'an own route reads files in several fields': postForm(
    '/api/own-form',
    avatar,
    file('a.txt'),
    file('b.txt')
  ),
  'an own route reads a form without files': postForm('/api/own-form', field('name', 'Ann')),
  'an own route reads JSON': postJson('/api/own-form', { name: 'Ann' }),
  'an own route refuses a form': postForm('/api/closed-form', avatar),
  'a form goes to no route': postForm('/api/nowhere', avatar),
  'a form goes to no route of the root': postForm('/nowhere', avatar, file('a.txt')),
  'a form goes to a route of another method': postForm('/api/upload/files', file('a.txt')),
});
