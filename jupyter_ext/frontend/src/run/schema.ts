/** A pipeline's parameters as a form draws them, and what was filled in as the API takes it. */

import type { RJSFSchema, UiSchema } from '@rjsf/utils';

/** The JSON Schema of parameters, as the server makes it from a notebook. */
export interface IParameters {
  properties?: Record<string, IParameter>;
  required?: string[];
}

/** What the text of a parameter names: see `workbench.names`. */
export type Kind = 'connector' | 'stream' | 'table' | 'new_table' | 'condition' | ColumnKind;
export type ColumnKind = 'column' | 'number_column' | 'moment_column' | 'shared_column';

export interface IParameter {
  type?: string | string[];
  title?: string;
  description?: string;
  format?: string;
  enum?: unknown[];
  items?: IParameter;
  default?: unknown;
  anyOf?: IParameter[];
  /** The expression that computes the default, where reading alone does not tell it. */
  'x-computed'?: string;
  'x-order'?: number;
  'x-names'?: Kind;
}

export type Values = Record<string, unknown>;

export interface IForm {
  schema: RJSFSchema;
  uiSchema: UiSchema;
  /** Parameters that are written as text, since their type is not known or has structure. */
  texts: Set<string>;
  /** Parameters that may be null. */
  nullable: Set<string>;
  /** Parameters that name something, or a list of such. */
  names: Record<string, Kind>;
}

const SCALARS = ['string', 'integer', 'number', 'boolean'];

/** What to draw. */
export function formOf(parameters: IParameters): IForm {
  const given = Object.entries(parameters.properties ?? {});
  const order = given.sort(([, a], [, b]) => (a['x-order'] ?? 0) - (b['x-order'] ?? 0)).map(([name]) => name);
  const uiSchema: UiSchema = { 'ui:order': [...order, '*'] };
  const form: IForm = { schema: {}, uiSchema, texts: new Set(), nullable: new Set(), names: {} };
  const properties: Record<string, RJSFSchema> = {};
  for (const [name, parameter] of given) {
    properties[name] = drawn(name, parameter, form);
  }
  const required = (parameters.required ?? []).filter(name => !form.texts.has(name));
  form.schema = { type: 'object', properties, required, additionalProperties: false };
  return form;
}

function drawn(name: string, parameter: IParameter, form: IForm): RJSFSchema {
  const kinds = [parameter.type ?? []].flat();
  const [kind, ...others] = kinds.filter(one => one !== 'null');
  if (kinds.includes('null')) {
    form.nullable.add(name);
  }
  const plain = SCALARS.includes(kind) || (kind === 'array' && isScalar(parameter.items));
  if (!plain || others.length > 0) {
    form.texts.add(name);
    return asText(name, parameter, form);
  }
  const named = parameter['x-names'] ?? parameter.items?.['x-names'];
  if (named) {
    form.names[name] = named;
  }
  const { default: value, ...schema } = parameter;
  if (kind === 'array') {
    const { title: _, ...items } = parameter.items ?? {};
    schema.items = { ...items, title: parameter.title }; // what an input without a label is called
  }
  const withDefault = value === undefined || value === null ? schema : { ...schema, default: value };
  if (kind === 'string' && !parameter.format && !parameter.enum && String(value ?? '').includes('\n')) {
    form.uiSchema[name] = { 'ui:widget': 'textarea' };
  }
  return { ...withDefault, type: kind } as RJSFSchema;
}

function isScalar(items?: IParameter): boolean {
  return typeof items?.type === 'string' && SCALARS.includes(items.type);
}

/** What is not drawn by its type is written as it would be in a shell. */
function asText(name: string, parameter: IParameter, form: IForm): RJSFSchema {
  const { default: value, title, description } = parameter;
  form.uiSchema[name] = { 'ui:placeholder': parameter['x-computed'] ?? '' };
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return { type: 'string', title, description, ...(text ? { default: text } : {}) };
}

/** What was filled in, as `runs.start` takes it: a cleared field is null where it may be, else the default. */
export function asked(form: IForm, values: Values): { parameters: Values; texts: Record<string, string> } {
  const parameters: Values = {};
  const texts: Record<string, string> = {};
  for (const name of Object.keys(form.schema.properties ?? {})) {
    const value = values[name];
    if (form.texts.has(name)) {
      if (typeof value === 'string' && value !== '') {
        texts[name] = value;
      }
    } else if (value !== undefined) {
      parameters[name] = value;
    } else if (form.nullable.has(name)) {
      parameters[name] = null;
    }
  }
  return { parameters, texts };
}

/** What was filled in, without what is as its default: in another version that may be another. */
export function changed(form: IForm, values: Values): Values {
  const properties = (form.schema.properties ?? {}) as Record<string, RJSFSchema>;
  const isDefault = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) === JSON.stringify(properties[name]?.default);
  return Object.fromEntries(Object.entries(values).filter(each => !isDefault(each)));
}

/** Values that were used before, without those that the form does not know any more. */
export function known(form: IForm, values: Values): Values {
  const properties = form.schema.properties ?? {};
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => name in properties && value !== null));
}
