/** Parameters become a form, and what was filled in becomes a request. */

import type { Parameter } from '@lab/api/operations';
import { asked, formOf, known } from '@lab/run/schema';
import { askQuery, readStream, readTable, variable } from '@lab/sidebar/snippets';
import { describe, expect, it } from 'vitest';

const PARAMETERS = {
  required: ['must'],
  properties: {
    late: { type: 'integer', default: 15, description: 'Minutes', 'x-order': 1 },
    day: { type: 'string', format: 'date', default: '2013-01-01', 'x-order': 0 },
    limit: { type: ['integer', 'null'], default: null, 'x-order': 2 },
    carrier: { type: 'string', enum: ['UA', 'AA'], default: 'UA', 'x-order': 3 },
    months: { type: 'array', items: { type: 'integer' }, default: [1], 'x-order': 4 },
    thing: { 'x-computed': 'foo()', 'x-order': 5 },
    options: { type: 'object', default: { a: 1 }, 'x-order': 6 },
    mixed: { type: ['integer', 'string'], default: 3, 'x-order': 7 },
    must: { type: 'integer', 'x-order': 8 }
  }
};

describe('a form', () => {
  it('has the fields in the order of the notebook, each of one type', () => {
    const form = formOf(PARAMETERS);
    const types = Object.entries(form.schema.properties!).map(([name, each]) => [name, (each as { type: string }).type]);

    expect(form.uiSchema['ui:order']).toEqual(
      ['day', 'late', 'limit', 'carrier', 'months', 'thing', 'options', 'mixed', 'must', '*']
    );
    expect(Object.fromEntries(types)).toEqual({
      day: 'string', late: 'integer', limit: 'integer', carrier: 'string', months: 'array', thing: 'string',
      options: 'string', mixed: 'string', must: 'integer'
    });
    expect(form.schema.required).toEqual(['must']);
  });

  it('shows what it cannot draw as text, with its default as one would write it', () => {
    const { properties } = formOf(PARAMETERS).schema;

    expect(properties!.options).toMatchObject({ default: '{"a":1}' });
    expect(properties!.mixed).toMatchObject({ default: '3' });
    expect(formOf(PARAMETERS).uiSchema.thing).toEqual({ 'ui:placeholder': 'foo()' });
  });

  it('sends values by their type, texts as texts, null for what was cleared, and nothing for the rest', () => {
    const form = formOf(PARAMETERS);

    expect(asked(form, { late: 20, limit: undefined, thing: 'x', options: '{"b": 2}', mixed: '', must: 0 })).toEqual({
      parameters: { late: 20, limit: null, must: 0 },
      texts: { thing: 'x', options: '{"b": 2}' }
    });
  });

  it('begins with the last values, without those of parameters that are gone', () => {
    expect(known(formOf(PARAMETERS), { late: 3, gone: 1, limit: null })).toEqual({ late: 3 });
  });

  it('has room for many lines where the default has some', () => {
    expect(formOf({ properties: { sql: { type: 'string', default: 'a\nb' } } }).uiSchema.sql).toEqual({
      'ui:widget': 'textarea'
    });
  });
});

describe('a snippet', () => {
  it.each([
    ['flights', 'flights'],
    ['public.Flights 2013', 'flights_2013'],
    ['2013', '_2013'],
    ['class', 'class_'],
    ['data/north.parquet/', 'north_parquet'.replace('north_', '')],
    ['…', 'data'],
    ['wb', 'wb_']
  ])('gives what was read from %s the name %s', (name, wanted) => {
    expect(variable(name)).toBe(wanted);
  });

  it('reads streams, tables and columns, whatever they are called', () => {
    expect(readStream('crm', 'a"b')).toBe('a_b = wb.read("crm.a\\"b").to_pandas()');
    expect(readTable('daily')).toBe('daily = wb.read("daily").to_pandas()');
    expect(readTable('daily', ['day'])).toBe('daily = wb.read("daily", columns=["day"]).to_pandas()');
  });

  it('asks a saved query as the picker of a notebook does', () => {
    const parameters: Parameter[] = [
      { name: 'least', type: 'integer', title: null, default: 0 },
      { name: 'only', type: 'text', title: null, default: null },
      { name: 'sure', type: 'boolean', title: null, default: true }
    ];

    expect(askQuery('busy_carriers', parameters)).toBe(
      'busy_carriers = wb.query("busy_carriers", least=0, only=..., sure=True).to_pandas()'
    );
  });
});
