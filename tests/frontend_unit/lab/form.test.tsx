/** The form in which a run is started. */

import { RunForm } from '@lab/run/form';
import type { IWanted } from '@lab/run/subject';
import { Observable } from '@lab/state/observable';
import * as React from 'react';
import { act } from 'react';
import { describe, expect, it, vi } from 'vitest';

import { json, problem, type Answer } from './fakes';
import { draw, part, pipeline, run, settled, tools } from './worlds';

const PARAMETERS = {
  type: 'object',
  properties: {
    month: { title: 'Month', type: 'integer', minimum: 0, maximum: 12, default: 1, description: '0 takes all', 'x-order': 0 },
    tags: { title: 'Tags', type: 'array', items: { type: 'string' }, default: ['a'], 'x-order': 2 },
    carrier: { title: 'Carrier', type: 'string', enum: ['UA', 'AA'], default: 'UA', 'x-order': 1 }
  },
  required: []
};
const MAY = ['pipelines:read', 'runs:start', 'notebooks:edit'];

interface IServer {
  may?: string[];
  last?: object;
  /** The version that the file is; null where it has changed. */
  number?: number | null;
  start?: () => Response;
  registered?: boolean;
  parameters?: object;
  /** The version that runs for the person. */
  runs?: number;
}

function server({ may = MAY, last = {}, number = 1, start, registered = true, parameters = PARAMETERS, runs = 1 }: IServer = {}): Answer {
  return ({ path, method }) => {
    const answers: [RegExp, () => Response][] = [
      [/\/me$/, () => json({ workspaces: [part('default', may)] })],
      [/\/preferences\?/, () => json({ values: { 'values.daily': last } })],
      [/\/preferences\//, () => json({ values: {} })],
      [/\/parameters$/, () => json({ parameters, number: runs })],
      [/\/versions\/1$/, () => json({ source: 'daily.ipynb' })],
      [/\/inspect$/, () => json({ name: 'daily', title: 'Daily', parameters, number, pipeline: registered ? pipeline('daily') : null })],
      [/\/runs$/, start ?? (() => json(run('r1', 'queued'), 202))],
      [/\/pipelines$/, () => json({ ...pipeline('daily'), number: 2, created: true })],
      [/\/pipelines\/daily$/, () => json(pipeline('daily'))]
    ];
    return answers.find(([route]) => route.test(path.replace(/^[^?]*v1/, '')))?.[1]() ?? problem(404, { detail: `${method} ${path}` });
  };
}

async function form(answer: Answer, wanted: IWanted = { pipeline: 'daily' }, content: Record<string, unknown> | null = null) {
  const world = tools(answer);
  world.notebooks.content.mockReturnValue(content);
  const onStarted = vi.fn();
  const drawn = draw(<RunForm wanted={wanted} onSubject={() => undefined} onStarted={onStarted} seen={new Observable(true)} />, world);
  await settled(60);
  const bodies = (end: RegExp) => world.asked.filter(each => end.test(each.path)).map(each => each.body);
  return { ...world, ...drawn, onStarted, bodies };
}

describe('the form of a run', () => {
  it('shows each parameter with its default, its help and its kind of input', async () => {
    const { field, text } = await form(server());

    expect([field('Month').value, field('Month').type]).toEqual(['1', 'number']);
    expect(field('Carrier').tagName).toBe('SELECT');
    expect(text()).toContain('0 takes all');
    expect(text()).toContain('Runs version 1.');
  });

  it('says which version runs for who fills it in, whichever is the newest', async () => {
    const { text } = await form(server({ runs: 4 }));

    expect(text()).toContain('Runs version 4.');
  });

  it('begins with the values of the last time', async () => {
    const { field } = await form(server({ last: { month: 7 } }));

    expect(field('Month').value).toBe('7');
  });

  it('starts the run, shows it, and remembers the values', async () => {
    const { bodies, done, fill, onStarted, press } = await form(server());
    await fill('Month', '3');
    await press('Run');

    expect(bodies(/\/runs$/)).toEqual([{ parameters: { month: 3, carrier: 'UA', tags: ['a'] }, texts: {} }]);
    expect(done).toEqual([['workbench:show-run', { run: 'r1', workspace: 'default' }]]);
    expect(bodies(/preferences\/values.daily/)).toEqual([{ value: { month: 3, carrier: 'UA', tags: ['a'] } }]);
    expect(onStarted).toHaveBeenCalledOnce();
  });

  it.each([
    ['2024-03-01T12:00:00', '2024-03-01T13:30', '2024-03-01T13:30:00'],
    ['2024-03-01T12:00:00+05:30', '2024-03-01T13:30:07.250', '2024-03-01T13:30:07.250+05:30'],
    ['2024-03-01T12:00:00Z', '2024-03-01T13:30', '2024-03-01T13:30:00Z'],
    ['2024-03-01 12:00:00.250000', null, '2024-03-01 12:00:00.250000'],
    [undefined, '2024-03-01T13:30', '2024-03-01T13:30:00']
  ])('keeps a moment as it was written: %s, then %s', async (value, typed, sent) => {
    const since = { title: 'Since', type: 'string', format: 'date-time', ...(value && { default: value }) };
    const { bodies, field, fill, press, text } = await form(server({ parameters: { properties: { since } } }));
    expect(field('Since').value.slice(0, 16)).toBe(value ? '2024-03-01T12:00' : '');
    if (typed) {
      await fill('Since', typed);
    }
    expect(text()).not.toContain('must be');
    await press('Run');

    expect(bodies(/\/runs$/)).toMatchObject([{ parameters: { since: sent } }]);
  });

  it('keeps the offset of a moment that is typed anew', async () => {
    const since = { title: 'Since', type: 'string', format: 'date-time', default: '2024-03-01T12:00:00+05:30' };
    const { bodies, fill, press, text } = await form(server({ parameters: { properties: { since } } }));
    await fill('Since', '');
    await fill('Since', '2025-01-01T00:00');
    expect(text()).toContain('+05:30');
    await press('Run');

    expect(bodies(/\/runs$/)).toMatchObject([{ parameters: { since: '2025-01-01T00:00:00+05:30' } }]);
  });

  it('says in place what is wrong, and does not start', async () => {
    const { bodies, fill, place, press, text } = await form(server());
    await fill('Month', '13');
    await press('Run');

    expect(text()).toContain('must be at most 12');
    expect(text()).toContain('Mend the marked fields first.');
    expect(place.querySelector('[data-wrong] label')?.textContent).toBe('Month');
    expect(bodies(/\/runs$/)).toEqual([]);
  });

  it('says that something is to be filled in when one has gone past it, and not before', async () => {
    const { place, press, text } = await form(server());
    await press('Add');
    expect(text()).not.toContain('must be filled in');

    const item = place.querySelectorAll<HTMLInputElement>('.wb-List-item input')[1];
    act(() => item.focus());
    act(() => item.blur());
    expect(text()).toContain('must be filled in');

    await press('Remove item 2 of Tags');
    await press('Add');
    expect(text()).not.toContain('must be filled in');
  });

  it('says what is to be filled in when it shall run, and runs once it is', async () => {
    const parameters = { properties: { day: { title: 'Day', type: 'string' }, of: { title: 'Of', type: 'integer' } }, required: ['day', 'of'] };
    const { bodies, fill, place, press, text } = await form(server({ parameters }));
    expect(place.querySelectorAll('[data-wrong]').length).toBe(0);
    await press('Run');
    expect(place.querySelectorAll('[data-wrong]').length).toBe(2);
    expect(text()).toContain('Mend the marked fields first.');
    expect(bodies(/\/runs$/)).toEqual([]);

    await fill('Day', 'Monday');
    await fill('Of', '3');
    await press('Run');
    expect(bodies(/\/runs$/)).toMatchObject([{ parameters: { day: 'Monday', of: 3 } }]);
  });

  it('shows what the server finds wrong at the field, and can be sent again', async () => {
    const errors = [{ pointer: '/parameters/month', message: 'is no month of 2013' }];
    const { bodies, press, text } = await form(server({ start: () => problem(422, { detail: 'No.', errors }) }));
    await press('Run');
    expect(text()).toContain('is no month of 2013');

    await press('Run');
    expect(bodies(/\/runs$/).length).toBe(2);
  });

  it('says what else went wrong, and offers to try again', async () => {
    const { press, text } = await form(server({ start: () => problem(409, { detail: 'It is archived.', fix: 'Bring it back.' }) }));
    await press('Run');

    expect(text()).toContain('It is archived. Bring it back. Try again');
  });

  it('says that the file has changed since, and registers it', async () => {
    const { bodies, notebooks, press, text } = await form(server({ number: null }), undefined, { cells: [1] });
    expect(text()).toContain('Runs version 1; the file daily.ipynb has changed since.');
    expect(bodies(/inspect/)).toEqual([{ path: 'daily.ipynb', notebook: { cells: [1] } }]);

    await press('Register it as version 2');
    expect(notebooks.save).toHaveBeenCalledWith('daily.ipynb');
    expect(bodies(/\/pipelines$/)).toEqual([{ path: 'daily.ipynb' }]);
  });

  it('keeps what was typed where the file becomes a version, and takes its new defaults', async () => {
    const { month, tags } = PARAMETERS.properties;
    const before = server({ number: null });
    const after = server({ parameters: { properties: { month, tags: { ...tags, default: ['b'] } } } });
    let there = before;
    const { bodies, fill, field, press, text } = await form(asked => {
      const answered = there(asked);
      there = asked.method === 'POST' && asked.path.endsWith('/pipelines') ? after : there;
      return answered;
    });
    await fill('Month', '3');
    await fill('Carrier', '1');
    await press('Register it as version 2');
    await settled(60);
    expect(text()).toContain('Runs version 1.');
    expect(field('Month').value).toBe('3');
    await press('Run');

    expect(bodies(/\/runs$/)).toMatchObject([{ parameters: { month: 3, tags: ['b'] } }]);
  });

  it('does not look at files for those who may not', async () => {
    const { bodies } = await form(server({ may: ['runs:start'] }));

    expect(bodies(/inspect/)).toEqual([]);
  });

  it('runs a notebook that is in no catalog once, as it is now', async () => {
    const content = { cells: ['unsaved'] };
    const { bodies, press, text } = await form(server({ registered: false, number: null }), { path: 'a/my.ipynb' }, content);
    expect(text()).toContain('a/my.ipynb is in no catalog: it runs once, as it is now.');
    await press('Run');

    expect(bodies(/\/runs$/)).toEqual([
      { notebook: content, title: 'my', source: 'a/my.ipynb', parameters: { month: 1, carrier: 'UA', tags: ['a'] }, texts: {} }
    ]);
  });

  it('has lists to which one adds and from which one removes', async () => {
    const { bodies, place, press } = await form(server());
    await press('Add');
    expect(place.querySelectorAll('.wb-List-item').length).toBe(2);
    await press('Remove item 2 of Tags');
    await press('Remove item 1 of Tags');
    await press('Run');

    expect(bodies(/\/runs$/)).toMatchObject([{ parameters: { tags: [] } }]);
  });

  it('goes back to the defaults', async () => {
    const { field, press } = await form(server({ last: { month: 7 } }));
    await press('Defaults');

    expect(field('Month').value).toBe('1');
  });

  it('says where there is no such pipeline', async () => {
    const { text } = await form(server(), { pipeline: 'nothing' });

    expect(text()).toContain('Try again');
  });
});
