/** Who is here and in which workspace, and where the files of that lie. */

import { Client } from '@lab/api/client';
import { meShow } from '@lab/api/operations';
import { OpenNotebooks } from '@lab/notebook/open';
import { Session } from '@lab/state/session';
import { StateDB } from '@jupyterlab/statedb';
import type { Contents } from '@jupyterlab/services';
import { describe, expect, it, vi } from 'vitest';

import { json, problem, settings, type Answer } from './fakes';
import { part } from './worlds';

// The notebooks themselves want a browser.
vi.mock('@jupyterlab/notebook', () => ({ NotebookActions: {} }));

const two: Answer = () => json({ principal: 'me', workspaces: [part('default', []), part('sales', [])] });

function here(answer: Answer = two, kept = new StateDB()) {
  const client = new Client(settings(answer));
  return { client, kept, session: new Session(client, kept) };
}

describe('the session', () => {
  it('is in the workspace that was shown before the page was loaded anew', async () => {
    const { session, kept } = here();
    await session.begin();
    expect(session.value.part?.name).toBe('default');
    session.enter('sales');
    session.enter('nowhere');

    const later = here(two, kept);
    await later.session.begin();
    expect([later.session.value.part?.name, later.client.workspace]).toEqual(['sales', 'sales']);
  });

  it('has ended when any answer says so, and goes on when it is begun again', async () => {
    let over = false;
    const { client, session } = here(asked => (over ? problem(401, { detail: 'x', code: 'x' }) : two(asked)));
    await session.begin();
    over = true;
    await expect(client.call(meShow, {})).rejects.toThrow();
    expect([session.value.status, session.value.trouble?.kind]).toEqual(['failed', 'signed-out']);

    over = false;
    await session.begin();
    expect([session.value.status, session.value.trouble]).toEqual(['here', null]);
  });
});

describe('the files of the server', () => {
  const asked: string[] = [];
  const contents = {
    localPath: (path: string) => path.replace(/^.*:/, ''),
    get: async (path: string) => {
      asked.push(path);
      return { content: { cells: [] } };
    }
  } as unknown as Contents.IManager;

  it('have paths of their own where there is one workspace', async () => {
    const { session } = here();
    const notebooks = new OpenNotebooks(null, contents, session, false);

    expect(await notebooks.reach('drive:reports/a.ipynb')).toBe('reports/a.ipynb');
    expect(session.value.status).toBe('unknown');
  });

  it('lie below a folder for each workspace of a team, which is shown when a file of it is meant', async () => {
    const { session } = here();
    const notebooks = new OpenNotebooks(null, contents, session, true);

    expect(await notebooks.reach('sales/reports/a.ipynb')).toBe('reports/a.ipynb');
    expect(session.value.part?.name).toBe('sales');
    await notebooks.read('reports/a.ipynb');
    expect(asked).toEqual(['sales/reports/a.ipynb']);
  });
});
