/** The executed notebook of a run. */

import { Header } from '@lab/output/header';
import { failingCell, whole } from '@lab/output/content';
import { Preview } from '@lab/notebook/preview';
import { addToCatalog } from '@lab/notebook/catalog';
import { Observable } from '@lab/state/observable';
import { Settings } from '@lab/state/settings';
import { Notification } from '@jupyterlab/apputils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import * as React from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { json, problem } from './fakes';
import { draw, pipeline, run, settled, tools } from './worlds';

const code = (outputs: object[] = []) => ({ cell_type: 'code', metadata: {}, source: '', outputs, execution_count: null });
const text = { cell_type: 'markdown', metadata: {}, source: '' };
const executed = (...cells: object[]) => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }) as INotebookContent;

afterEach(() => Notification.dismiss());

describe('the failing cell', () => {
  it('is the one with an error', () => {
    expect(failingCell(executed(text, code(), code([{ output_type: 'error' }])), 1)).toBe(2);
  });

  it('is not one that may raise, unless it is that at which the run ended', () => {
    const error = [{ output_type: 'error' }];
    const mayRaise = { ...code(error), metadata: { tags: ['raises-exception'] } };
    expect(failingCell(executed(text, mayRaise, code(), code(error)), 3)).toBe(3);
    expect(failingCell(executed(mayRaise, mayRaise, code()), 2)).toBe(1);
    expect(failingCell(executed(mayRaise, code()))).toBeNull();
  });

  it('is else the code cell of the number that the run names', () => {
    expect(failingCell(executed(text, code(), text, code()), 2)).toBe(3);
    const injected = { ...code(), metadata: { tags: ['injected-parameters'] } };
    expect(failingCell(executed(code(), injected, text, code()), 2)).toBe(3);
    expect(failingCell(executed(code()), 9)).toBeNull();
    expect(failingCell(executed(code()))).toBeNull();
  });
});

describe('the content', () => {
  it('has whole texts where the file has lists of lines, and leaves JSON as it is', () => {
    const listed = {
      ...code([
        { output_type: 'stream', name: 'stdout', text: ['a\n', 'b'] },
        { output_type: 'display_data', metadata: {}, data: { 'text/html': ['<b>', 'x'], 'application/json': [1, 2] } }
      ]),
      source: ['1\n', '2']
    };
    const [cell] = whole(executed(listed)).cells;

    expect(cell.source).toBe('1\n2');
    expect(cell.outputs).toMatchObject([{ text: 'a\nb' }, { data: { 'text/html': '<b>x', 'application/json': [1, 2] } }]);
  });
});

describe('the header', () => {
  it('says what the notebook is of, and leads to the failing cell and to the run', async () => {
    const error = { name: 'E', message: 'broken', cell: 1, traceback: null, fix: '' };
    const onFailure = vi.fn();
    const ran = run('r', 'failed', { parameters: { month: 3 }, error, pipeline_version: 7 });
    const world = tools(() => json({}));
    const { press, text: said } = draw(<Header run={ran} onFailure={onFailure} seen={new Observable(true)} />, world);
    expect(said()).toContain('Run r · version 7 · ■ failed');
    expect(said()).toContain('month = 3');
    expect(said()).toContain('E : broken');
    await press('Show the failing cell');
    await press('Show the run');

    expect(onFailure).toHaveBeenCalledOnce();
    expect(world.done).toEqual([['workbench:show-run', { run: 'r', workspace: 'default' }]]);
  });
});

describe('the parameters cell', () => {
  it('shows on demand the form that it makes, as it is now', async () => {
    const parameters = { properties: { month: { title: 'Month', type: 'integer', default: 1 } } };
    const world = tools(() => json({ name: 'a', title: 'A', parameters, pipeline: null, number: null }));
    world.notebooks.content.mockReturnValue({ cells: [1] });
    const { field, press } = draw(<Preview address="a.ipynb" seen={new Observable(true)} />, world);
    expect(world.asked).toEqual([]);
    await press('Preview the form');
    expect(field('Month').value).toBe('1');
    expect(world.asked[0].body).toEqual({ path: 'a.ipynb', notebook: { cells: [1] } });

    await press('Read the cell again');
    expect(world.asked.length).toBe(2);
    await press('Hide the form');
    expect(field('Month')).toBeNull();
  });

  it('says why it makes no form', async () => {
    const world = tools(() => problem(422, { detail: 'a is declared twice.', fix: 'Rename one.' }));
    const { press, text: said } = draw(<Preview address="a.ipynb" seen={new Observable(true)} />, world);
    await press('Preview the form');

    expect(said()).toContain('a is declared twice. Rename one.');
  });
});

describe('adding to the catalog', () => {
  it('saves the notebook first, and tells what it is now', async () => {
    const world = tools(() => json({ ...pipeline('daily'), number: 2, created: true }));
    await addToCatalog(world.tools, 'a/daily.ipynb');

    expect(world.notebooks.save).toHaveBeenCalledWith('a/daily.ipynb');
    expect(Notification.manager.notifications[0].message).toBe('a/daily.ipynb is in the catalog as version 2 of daily.');
    Notification.manager.notifications[0].options.actions![0].callback({} as MouseEvent);
    expect(world.done).toEqual([['workbench:run-pipeline', { pipeline: 'daily' }]]);
  });

  it('tells what hinders it', async () => {
    const world = tools(() => problem(422, { detail: 'It has no kernel.', fix: 'Choose one.' }));
    await addToCatalog(world.tools, 'a.ipynb');
    await settled();

    expect(Notification.manager.notifications[0].message).toBe('It has no kernel. Choose one.');
  });
});

describe('settings', () => {
  it('are on unless somebody switched them off, whatever else is stored', () => {
    const settings = new Settings();
    settings.take({ notifyAtEnd: false, markParameters: 'no', other: true });

    expect(settings.value).toEqual({ notifyAtEnd: false, markParameters: true });
  });
});
