/** What is remembered for a person: what she starred and what she used last. */

import { Client } from '@lab/api/client';
import { Preferences } from '@lab/state/preferences';
import { describe, expect, it } from 'vitest';

import { json, problem, settings, type Answer, type IAsked } from './fakes';

const STARRED = 'lab.starred.pipelines';

/** A server that keeps what it is told, by workspace. */
function server(kept: Record<string, Record<string, string[] | null>>): Answer {
  return ({ method, path, body }) => {
    const [, workspace, name] = /\/w\/(\w+)\/preferences\/?([\w.]*)/.exec(path)!;
    if (method === 'PUT') {
      kept[workspace][name] = (body as { value: string[] }).value;
    }
    return json({ values: kept[workspace] });
  };
}

function remembered(answer: Answer) {
  const asked: IAsked[] = [];
  const client = new Client(settings(answer, asked));
  return { client, preferences: new Preferences(client), reads: () => asked.filter(each => each.method === 'GET').length };
}

describe('what is remembered', () => {
  it('is known before it is changed, whoever asked for it first', async () => {
    const kept = { default: { [STARRED]: ['a'], 'lab.recent.pipelines': ['b', 'c'] } };
    const { preferences, reads } = remembered(server(kept));
    await Promise.all([preferences.used('pipelines', 'c'), preferences.toggleStar('pipelines', 'd'), preferences.load()]);
    await preferences.toggleStar('pipelines', 'a');

    expect(kept.default).toEqual({ [STARRED]: ['d'], 'lab.recent.pipelines': ['c', 'b'] });
    expect(reads()).toBe(1);
  });

  it('stays as it was on the server where it could not be read', async () => {
    let broken = true;
    const kept = { default: { [STARRED]: ['a'] } };
    const there = server(kept);
    const { preferences } = remembered(asked => (broken ? problem(500, { detail: 'Broken.' }) : there(asked)));
    await preferences.load();
    await expect(preferences.toggleStar('pipelines', 'b')).rejects.toThrow('Broken.');

    broken = false;
    await preferences.toggleStar('pipelines', 'b');
    expect(kept.default[STARRED]).toEqual(['a', 'b']);
  });

  it('is shown as before where a change is refused', async () => {
    const there = server({ default: { [STARRED]: ['a'] } });
    const { preferences } = remembered(asked => (asked.method === 'PUT' ? problem(500, { detail: 'Full.' }) : there(asked)));
    await expect(preferences.toggleStar('pipelines', 'b')).rejects.toThrow('Full.');

    expect(preferences.marked('starred', 'pipelines')).toEqual(['a']);
  });

  it('belongs to its workspace, also where another is shown before the answers are there', async () => {
    const kept = { default: { [STARRED]: ['a'] }, sales: { [STARRED]: ['x'] } };
    const { client, preferences } = remembered(server(kept));
    const starring = preferences.toggleStar('pipelines', 'b');
    client.workspace = 'sales';
    await Promise.all([starring, preferences.load()]);

    expect(kept).toEqual({ default: { [STARRED]: ['a', 'b'] }, sales: { [STARRED]: ['x'] } });
    expect(preferences.marked('starred', 'pipelines')).toEqual(['x']);
    expect(preferences.within(client.within('default')).marked('starred', 'pipelines')).toEqual(['a', 'b']);
  });
});
