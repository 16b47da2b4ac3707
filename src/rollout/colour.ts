import { DEPLOYMENT_LABEL } from '../labels/deployment.ts';
import type { App } from '../model/app.ts';

/** What people call an app of a deployment group: its label, else what its id has behind the group's ('/shop-green' of '/shop': 'green'), else its id. */
export const colourOf = ({ id, labels }: Pick<App, 'id' | 'labels'>, group: string): string => {
  const label = labels[DEPLOYMENT_LABEL.colour];
  if (label !== undefined && label !== '') return label;
  const rest = id.startsWith(group) ? id.slice(group.length).replace(/^[-_./]/, '') : '';
  return rest === '' ? id : rest;
};
