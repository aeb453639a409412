/** What the fields of a form may name: the connectors, tables and columns that the person may see. */

import type { RJSFSchema, UiSchema } from '@rjsf/utils';
import * as React from 'react';

import type { Client } from '../api/client';
import { connectorsIntrospect, connectorsList, tablesList } from '../api/operations';
import { useTools } from '../parts/tools';
import { Observable, useValue } from '../state/observable';
import type { ColumnKind, IForm, Kind, Values } from './schema';

/** From so many on a list may have been cut, and names are typed. */
const MANY = 500;

/** Columns, each with its type. */
type Source = Record<string, string>;

/** Names that were found, each with its columns. */
type Found = Record<string, Source>;

const NUMBER = /^(u?(tiny|small|medium|big|huge)?int(eger)?\d*|decimal|numeric|float\d*|double|real)\b/i;
const MOMENT = /^(date|timestamp|datetime)/i;

/** What there is of each kind; null while that is being asked for. */
export type Offered = Record<Kind, string[] | null>;

/** Asks for what there is to choose from, each only where a form names it; what is refused offers nothing. */
export class Naming extends Observable<Record<string, Found>> {
  constructor(
    private readonly names: Record<string, Kind>,
    private readonly client: Client
  ) {
    super({});
  }

  /** Ask for what `values` make necessary and is not known yet. */
  ask(values: Values): void {
    const kinds = new Set(Object.values(this.names));
    if (kinds.has('connector')) {
      this.find('connectors', () => this.client.call(connectorsList, { limit: MANY }));
    }
    if (kinds.has('table') || kinds.has('new_table')) {
      this.find('tables', () => this.client.call(tablesList, { limit: MANY }));
    }
    const connector = this.connector(values);
    if (connector !== null) {
      this.find(`in ${connector}`, () => this.client.call(connectorsIntrospect, { id: connector }));
    }
  }

  /** What is offered where `values` are filled in. */
  offered(values: Values): Offered {
    const { connectors = null, tables = null } = this.value;
    const connector = this.connector(values);
    const streams = connector === null ? {} : (this.value[`in ${connector}`] ?? null);
    const sources = [
      ...this.chosen('table', values).map(name => tables?.[name] ?? {}),
      ...this.chosen('stream', values).map(name => streams?.[name] ?? {})
    ];
    const known = (found: Found | null) => found && Object.keys(found);
    return {
      connector: known(connectors),
      stream: known(streams),
      table: known(tables),
      new_table: known(tables),
      condition: [],
      ...columnsIn(sources)
    };
  }

  /** The connector whose streams are meant; it may be far away, so that one is asked which is there. */
  private connector(values: Values): string | null {
    const offers = Object.values(this.names).includes('stream');
    const [name] = this.chosen('connector', values);
    return offers && name in (this.value.connectors ?? {}) ? name : null;
  }

  private chosen(kind: Kind, values: Values): string[] {
    const given = Object.keys(this.names).filter(name => this.names[name] === kind).map(name => values[name]);
    return given.filter((one): one is string => typeof one === 'string' && one !== '');
  }

  private find(list: string, ask: () => Promise<{ items: { name: string; columns?: { name: string; type: string }[] }[] }>): void {
    this.begun[list] ??= ask()
      .then(({ items }) => Object.fromEntries(items.map(one => [one.name, columnsOf(one)])))
      .catch(() => ({})) // a name can still be typed
      .then(found => this.patch({ [list]: found }));
  }

  private readonly begun: Record<string, Promise<void>> = {};
}

function columnsOf(one: { columns?: { name: string; type: string }[] }): Source {
  return Object.fromEntries((one.columns ?? []).map(({ name, type }) => [name, type]));
}

/** The columns of what is chosen, by kind; those that are shared are in each of two sources at least. */
function columnsIn(sources: Source[]): Record<ColumnKind, string[]> {
  const every: Source = Object.assign({}, ...sources);
  const names = Object.keys(every);
  return {
    column: names,
    number_column: names.filter(name => NUMBER.test(every[name])),
    moment_column: names.filter(name => MOMENT.test(every[name])),
    shared_column: sources.length > 1 ? names.filter(name => sources.every(one => Object.hasOwn(one, name))) : []
  };
}

/** The form with what its fields may name where `values` are filled in. */
export function useNaming(form: IForm, values: Values): IForm {
  const { trans, client } = useTools().workbench;
  const naming = React.useMemo(() => new Naming(form.names, client), [form, client]);
  const found = useValue(naming);
  const filledIn = JSON.stringify(Object.keys(form.names).map(name => values[name]));
  React.useEffect(() => naming.ask(values), [naming, found, filledIn]);
  return React.useMemo(
    () => offering(form, naming.offered(values), values, trans.__('Reading…')),
    [form, naming, found, filledIn, trans]
  );
}

/** The form with choices; a field whose choices are being asked for says `reading` and waits. */
export function offering(form: IForm, offered: Offered, values: Values, reading: string): IForm {
  const properties = { ...form.schema.properties } as Record<string, RJSFSchema>;
  const uiSchema: UiSchema = { ...form.uiSchema };
  for (const [name, kind] of Object.entries(form.names)) {
    const names = offered[kind];
    const field = properties[name];
    if (field.type === 'array') {
      properties[name] = { ...field, items: suggesting(field.items as RJSFSchema, names ?? []) };
    } else if (names === null) {
      uiSchema[name] = { 'ui:disabled': true, 'ui:placeholder': reading };
    } else if (kind === 'new_table' || names.length === 0 || names.length >= MANY) {
      properties[name] = suggesting(field, names);
    } else {
      const choices = choicesOf(names, [field.default, values[name]]);
      properties[name] = { ...field, enum: choices };
      uiSchema[name] = { 'ui:enumNames': choices.map(one => one || '–') };
    }
  }
  return { ...form, schema: { ...form.schema, properties }, uiSchema };
}

function suggesting(field: RJSFSchema, names: string[]): RJSFSchema {
  return names.length === 0 ? field : { ...field, examples: names };
}

/** What is there, after what is filled in although it is not. */
function choicesOf(names: string[], filledIn: unknown[]): string[] {
  const others = filledIn.filter((one): one is string => typeof one === 'string' && !names.includes(one));
  return [...new Set([...others, ...names])];
}
