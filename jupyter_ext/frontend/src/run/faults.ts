/** What is wrong with what was filled in, as the server would say it. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { RJSFValidationError } from '@rjsf/utils';

import { validator } from './moment';
import type { IForm, Values } from './schema';

/** unfinished: nothing is wrong, but something is still to be filled in. */
export type Validity = 'fine' | 'unfinished' | 'wrong';

/** How the values are that a form holds. */
export function validityOf(form: IForm, values: Values): Validity {
  const { errors } = validator.validateFormData(values, form.schema);
  if (errors.length === 0) {
    return 'fine';
  }
  return errors.every(error => isGap(error, values)) ? 'unfinished' : 'wrong';
}

/** An error of the validator in words; one that no parameter's schema leads to stays as it is. */
export function inWords(error: RJSFValidationError, values: Values, trans: TranslationBundle): RJSFValidationError {
  if (isGap(error, values)) {
    return { ...error, message: trans.__('must be filled in') };
  }
  const say = WORDS[error.name ?? ''];
  return say ? { ...error, message: say(trans, error.params) } : error;
}

/** Whether it is about a place where nothing stands. */
function isGap({ property = '' }: RJSFValidationError, values: Values): boolean {
  const path = property.split('.').filter(Boolean);
  const found = path.reduce<unknown>((within, name) => (within as Values | undefined)?.[name], values);
  return found === undefined || found === null;
}

type Say = (trans: TranslationBundle, params: any) => string;

const TYPES: Record<string, Say> = {
  integer: trans => trans.__('must be a whole number'),
  number: trans => trans.__('must be a number'),
  string: trans => trans.__('must be text'),
  boolean: trans => trans.__('must be true or false'),
  array: trans => trans.__('must be a list')
};

const FORMATS: Record<string, Say> = {
  date: trans => trans.__('must be a date such as %1', '2024-03-01'),
  'date-time': trans => trans.__('must be a time such as %1', '2024-03-01T12:00:00')
};

/** By the validator's name of the rule that is broken. */
const WORDS: Record<string, Say> = {
  type: (trans, { type }) => TYPES[type](trans, {}),
  format: (trans, { format }) => FORMATS[format](trans, {}),
  enum: (trans, { allowedValues }) =>
    trans.__('must be one of %1', allowedValues.map((one: unknown) => JSON.stringify(one)).join(', ')),
  minimum: (trans, { limit }) => trans.__('must be at least %1', limit),
  exclusiveMinimum: (trans, { limit }) => trans.__('must be greater than %1', limit),
  maximum: (trans, { limit }) => trans.__('must be at most %1', limit),
  exclusiveMaximum: (trans, { limit }) => trans.__('must be less than %1', limit),
  multipleOf: (trans, { multipleOf }) => trans.__('must be a multiple of %1', multipleOf),
  minLength: (trans, { limit }) =>
    trans._n('must have at least %1 character', 'must have at least %1 characters', limit),
  maxLength: (trans, { limit }) => trans._n('must have at most %1 character', 'must have at most %1 characters', limit),
  minItems: (trans, { limit }) => trans._n('must have at least %1 item', 'must have at least %1 items', limit),
  maxItems: (trans, { limit }) => trans._n('must have at most %1 item', 'must have at most %1 items', limit)
};
