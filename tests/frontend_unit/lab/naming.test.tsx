/** What the fields of a run's form offer, where they name something. */

import { RunForm } from '@lab/run/form';
import { Observable } from '@lab/state/observable';
import * as React from 'react';
import { describe, expect, it } from 'vitest';

import { json, problem, type Answer } from './fakes';
import { draw, part, pipeline, run, settled, tools } from './worlds';

const named = (kind: string, more: object = {}) => ({ type: 'string', 'x-names': kind, ...more });
const TABLES = {
  source: named('table', { title: 'Source' }),
  into: named('new_table', { title: 'Into' }),
  keys: { type: 'array', items: named('column'), title: 'Keys', default: [''] }
};
const CONNECTORS = { connector: named('connector', { title: 'Connector' }), stream: named('stream', { title: 'Stream' }) };
const columns = (...names: string[]) => names.map(name => ({ name, type: 'string' }));

interface IServer {
  last?: object;
  refused?: boolean;
  /** What `connectors.introspect` answers. */
  streams?: () => Response | Promise<Response>;
}

function server(properties: object, { last = {}, refused = false, streams }: IServer): Answer {
  const listed = (items: object[]) => (refused ? problem(403, { detail: 'No.' }) : json({ items, next: null }));
  return ({ path }) => {
    const answers: [RegExp, () => Response | Promise<Response>][] = [
      [/\/me$/, () => json({ workspaces: [part('default', ['runs:start'])] })],
      [/\/preferences\?/, () => json({ values: { 'values.daily': last } })],
      [/\/preferences\//, () => json({ values: {} })],
      [/\/parameters$/, () => json({ parameters: { properties } })],
      [/\/tables\?/, () => listed([{ name: 'orders', columns: columns('id', 'day') }, { name: 'flights', columns: columns('carrier') }])],
      [/\/introspect$/, streams ?? (() => listed([{ name: 'customers', columns: columns('id') }]))],
      [/\/connectors\?/, () => listed([{ name: 'crm', type: 'postgresql' }])],
      [/\/runs$/, () => json(run('r1', 'queued'), 202)],
      [/\/pipelines\/daily$/, () => json(pipeline('daily'))]
    ];
    return answers.find(([route]) => route.test(path.replace(/^[^?]*v1/, '')))?.[1]() ?? problem(404, { detail: path });
  };
}

async function form(properties: object, more: IServer = {}) {
  const world = tools(server(properties, more));
  const drawn = draw(<RunForm wanted={{ pipeline: 'daily' }} onSubject={() => undefined} onStarted={() => undefined} seen={new Observable(true)} />, world);
  await settled(60);
  const choices = (label: string) => [...drawn.place.querySelectorAll(`[id="${drawn.field(label).id}"] option`)].map(one => one.textContent);
  const suggested = (input: HTMLInputElement) =>
    [...drawn.place.querySelectorAll(`datalist[id="${input.getAttribute('list')}"] option`)].map(one => one.getAttribute('value'));
  const times = (end: RegExp) => world.asked.filter(each => end.test(each.path)).length;
  return { ...world, ...drawn, choices, suggested, times };
}

describe('a field that names something', () => {
  it('offers the tables that there are, and suggests them where a new one may be named', async () => {
    const { choices, field, suggested } = await form(TABLES);

    expect(choices('Source')).toEqual(['', 'orders', 'flights']);
    expect(suggested(field('Into'))).toEqual(['orders', 'flights']);
  });

  it('suggests the columns of the table that is chosen', async () => {
    const { fill, field, place, suggested } = await form(TABLES);
    const key = () => place.querySelector<HTMLInputElement>('.wb-List-item input')!;
    expect(suggested(key())).toEqual([]);
    await fill('Source', [...field('Source').querySelectorAll('option')].find(one => one.textContent === 'orders')!.value);

    expect(suggested(key())).toEqual(['id', 'day']);
  });

  it('keeps what was filled in before although it is not there any more, and starts with it', async () => {
    const { choices, press, times } = await form(TABLES, { last: { source: 'gone' } });
    expect(choices('Source')).toEqual(['', 'gone', 'orders', 'flights']);
    await press('Run');

    expect(times(/\/runs$/)).toBe(1);
  });

  it('asks a connector once for its streams, and lets one wait meanwhile', async () => {
    let answer: (response: Response) => void = () => undefined;
    const streams = () => new Promise<Response>(resolve => (answer = resolve));
    const { choices, field, times } = await form(CONNECTORS, { last: { connector: 'crm' }, streams });
    expect([field('Stream').disabled, field('Stream').placeholder]).toEqual([true, 'Reading…']);
    answer(json({ items: [{ name: 'customers', columns: [] }] }));
    await settled();

    expect(choices('Stream')).toEqual(['', 'customers']);
    expect(times(/introspect/)).toBe(1);
  });

  it('is a text where one may not list, and where a connector does not answer', async () => {
    const { field } = await form({ ...TABLES, ...CONNECTORS }, { refused: true });
    expect([field('Source').type, field('Source').disabled, field('Connector').type]).toEqual(['text', false, 'text']);

    const other = await form(CONNECTORS, { last: { connector: 'crm' }, streams: () => problem(503, { detail: 'Away.' }) });
    expect([other.field('Stream').type, other.field('Stream').disabled]).toEqual(['text', false]);
  });

  it('asks for nothing that the form does not name', async () => {
    const { times } = await form({ month: { type: 'integer', default: 1 } });

    expect(times(/tables|connectors/)).toBe(0);
  });
});
