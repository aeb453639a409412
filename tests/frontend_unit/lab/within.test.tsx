/** What belongs to one workspace while the sidebar shows another. */

import { Header } from '@lab/output/header';
import { within } from '@lab/parts/tools';
import { RunForm } from '@lab/run/form';
import { LiveRun } from '@lab/run/live';
import { tell } from '@lab/run/telling';
import { RunFormWidget } from '@lab/run/widget';
import { Observable } from '@lab/state/observable';
import { Notification } from '@jupyterlab/apputils';
import * as React from 'react';
import { afterEach, describe, expect, it } from 'vitest';

import { json, type Answer } from './fakes';
import { draw, part, pipeline, run, settled, tools, type IWorld } from './worlds';

const THERE = ['runs:start', 'runs:cancel', 'runs:retry'];
const MONTH = { properties: { month: { title: 'Month', type: 'integer', default: 1 } } };

afterEach(() => Notification.dismiss());

/** A person who may do everything in `sales` and nothing in `default`, which is shown. */
async function elsewhere(now = run('r', 'running', { workspace: 'sales', cells_total: 5 })): Promise<IWorld> {
  const answer: Answer = ({ path, method }) => {
    const answers: [RegExp, () => Response][] = [
      [/\/me$/, () => json({ workspaces: [part('default', []), part('sales', THERE)] })],
      [/\/w\/sales\/preferences\?/, () => json({ values: { 'values.daily': { month: 7 }, 'lab.recent.pipelines': ['old'] } })],
      [/\/preferences/, () => json({ values: {} })],
      [/\/parameters$/, () => json({ parameters: MONTH })],
      [/\/pipelines\/daily$/, () => json(pipeline('daily'))]
    ];
    return answers.find(([route]) => route.test(path))?.[1]() ?? json(method === 'POST' ? { ...now, status: 'queued' } : now);
  };
  const world = tools(answer);
  await world.tools.workbench.session.begin();
  return { ...world, tools: within(world.tools, 'sales') };
}

const seen = new Observable(true);
const nothing = () => undefined;

describe('a form of another workspace', () => {
  it('has its last values there, and remembers them and its use there', async () => {
    const world = await elsewhere();
    const { field, press } = draw(<RunForm wanted={{ pipeline: 'daily' }} onSubject={nothing} onStarted={nothing} seen={seen} />, world);
    await settled(60);
    expect(field('Month').value).toBe('7');
    await press('Run');

    const kept = world.asked.filter(each => each.method === 'PUT').map(each => [each.path.replace(/.*v1/, ''), each.body]);
    expect(kept).toEqual([
      ['/w/sales/preferences/values.daily', { value: { month: 7 } }],
      ['/w/sales/preferences/lab.recent.pipelines', { value: ['daily', 'old'] }]
    ]);
    expect(world.asked.filter(each => each.path.includes('/w/default/'))).toEqual([]);
  });

  it('is not the form of a pipeline of that name in this one', async () => {
    const world = await elsewhere();
    const ids = ['default', 'sales'].map(workspace => new RunFormWidget(world.tools, { pipeline: 'daily', workspace }).id);

    expect(new Set(ids).size).toBe(2);
  });
});

describe('a run of another workspace', () => {
  it('can be cancelled by who may there', async () => {
    const { text } = draw(<LiveRun id="r" onRun={nothing} seen={seen} />, await elsewhere());
    await settled(60);

    expect(text()).toContain('Cancel');
  });

  it('offers at its end what one may there', async () => {
    const failed = run('r', 'failed', { workspace: 'sales' });
    const world = await elsewhere(failed);
    const ended = draw(<LiveRun id="r" onRun={nothing} seen={seen} />, world);
    const header = draw(<Header run={failed} onFailure={null} seen={seen} />, world);
    await settled(60);
    tell(within(world.tools, 'default'), failed);

    expect(ended.text()).toContain('Retry');
    expect(header.text()).toContain('Run with other values…');
    expect(Notification.manager.notifications[0].options.actions!.map(each => each.label)).toEqual(['Retry']);
  });

  it('cannot be cancelled by who may only here', async () => {
    const world = await elsewhere(run('r', 'running'));
    const { text } = draw(<LiveRun id="r" onRun={nothing} seen={seen} />, { ...world, tools: within(world.tools, 'default') });
    await settled(60);

    expect(text()).toContain('Run r');
    expect(text()).not.toContain('Cancel');
  });
});
