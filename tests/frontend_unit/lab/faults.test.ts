/** What is wrong with what was filled in, in the words that the server has for it. */

import { inWords, validityOf } from '@lab/run/faults';
import { validator } from '@lab/run/moment';
import { formOf, type IParameter } from '@lab/run/schema';
import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

const trans = nullTranslator.load('');
const formWith = (schema: object) => formOf({ properties: { it: schema as IParameter }, required: ['it'] });

/** What a form says of a parameter of that schema when it has that value. */
function said(schema: object, value: unknown): string[] {
  const values = { it: value };
  const { errors } = validator.validateFormData(values, formWith(schema).schema);
  return [...new Set(errors.map(error => inWords(error, values, trans).message!))];
}

const TEXTS = { type: 'array', items: { type: 'string' } };
const CHOICES = { type: 'array', items: { type: 'integer', enum: [1, 2] } };

describe('a fault of a parameter', () => {
  it.each([
    [{ type: 'integer' }, 1.5, 'must be a whole number'],
    [{ type: 'number' }, 'x', 'must be a number'],
    [{ type: 'string' }, 3, 'must be text'],
    [{ type: 'boolean' }, 'x', 'must be true or false'],
    [{ type: 'number', minimum: 2 }, 1, 'must be at least 2'],
    [{ type: 'number', exclusiveMinimum: 2 }, 2, 'must be greater than 2'],
    [{ type: 'number', maximum: 2.5 }, 3, 'must be at most 2.5'],
    [{ type: 'number', exclusiveMaximum: 2 }, 2, 'must be less than 2'],
    [{ type: 'integer', multipleOf: 5 }, 7, 'must be a multiple of 5'],
    [{ type: 'string', enum: ['UA', 'AA'] }, 'XX', 'must be one of "UA", "AA"'],
    [{ type: 'string', format: 'date' }, 'x', 'must be a date such as 2024-03-01'],
    [{ type: 'string', format: 'date-time' }, 'x', 'must be a time such as 2024-03-01T12:00:00'],
    [{ type: 'string', minLength: 3 }, 'x', 'must have at least 3 characters'],
    [{ type: 'string', maxLength: 1 }, 'xy', 'must have at most 1 character'],
    [TEXTS, 'x', 'must be a list'],
    [{ ...TEXTS, minItems: 2 }, ['x'], 'must have at least 2 items'],
    [{ ...TEXTS, maxItems: 1 }, ['x', 'y'], 'must have at most 1 item'],
    [CHOICES, [undefined], 'must be filled in'],
    [{ type: 'integer' }, undefined, 'must be filled in']
  ])('%j refuses %j', (schema, value, words) => {
    expect(said(schema, value)).toEqual([words]);
  });

  it.each([
    [[1, 2], 'fine'],
    [[1, undefined], 'unfinished'],
    [undefined, 'unfinished'],
    [[undefined, 3], 'wrong']
  ])('makes a form with %j %s', (value, validity) => {
    expect(validityOf(formWith(CHOICES), { it: value })).toBe(validity);
  });
});
