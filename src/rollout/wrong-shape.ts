import { type Definition, isObject, withoutNulls } from './definition.ts';
import { MOST_INSTANCES } from './options.ts';

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_INSTANCES;

const isTexts = (value: unknown): boolean => isObject(value) && Object.values(value).every((text) => typeof text === 'string');

/** What Marathon would refuse of what a rollout goes by, told before anything begins; undefined: nothing. @param given no deeper than DEEPEST_DEFINITION */
export const wrongShape = (given: Definition): string | undefined => {
  const { instances = 0, labels = {}, container = {} } = withoutNulls(given) as Definition;
  if (!isCount(instances)) return `the instances of the definition must be a whole number from 0 to ${MOST_INSTANCES}`;
  if (!isTexts(labels)) return 'the labels of the definition must be an object of texts';
  return isObject(container) ? undefined : 'the container of the definition must be an object';
};
