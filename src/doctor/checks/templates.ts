import { messageOf } from '../../kit/error.ts';
import { loadTemplates } from '../../startup/template-files.ts';
import { compileTemplates } from '../../render/templates.ts';
import { type Check, fail, ok } from '../check.ts';

export const templates: Check = {
  name: 'templates',
  find: async ({ settings: { templatesDir } }) => {
    try {
      compileTemplates(loadTemplates(templatesDir));
      return templatesDir === undefined ? [] : [ok(`${templatesDir}: all can be compiled`)];
    } catch (error) {
      return [fail(messageOf(error), `ls -l ${templatesDir ?? ''}   # see --templates-dir`)];
    }
  },
};
