import { loadTemplates } from '../../src/startup/template-files.ts';
import { compileTemplates } from '../../src/render/templates.ts';

/** The templates that Sluice ships, compiled. */
export const ownTemplates = compileTemplates(loadTemplates(undefined));
