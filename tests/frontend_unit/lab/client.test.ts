/** The client: what it sends for an operation, and what it makes of the answer. */

import { Client, query } from '@lab/api/client';
import { meShow, pipelinesList, pipelinesUpdate, runsNotebook, runsStart } from '@lab/api/operations';
import { Trouble } from '@lab/api/trouble';
import { describe, expect, it, vi } from 'vitest';

import { json, problem, settings, type IAsked } from './fakes';

function client(answer: () => Response) {
  const asked: IAsked[] = [];
  return { client: new Client(settings(answer, asked)), asked };
}

async function trouble(answer: () => Response): Promise<Trouble> {
  const error = await client(answer).client.call(meShow, {}).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Trouble);
  return error as Trouble;
}

describe('the client', () => {
  it('puts fields into the path, and of a GET the others into the query', async () => {
    const { client: there, asked } = client(() => json({ items: [], next: null }));
    there.workspace = 'north';
    await there.call(pipelinesList, { q: 'a&b', archived: false, cursor: null, limit: 5 });

    expect(asked[0].path).toBe('/workbench/api/v1/w/north/pipelines?q=a&b&archived=false&limit=5');
    expect(asked[0].body).toBeNull();
  });

  it('stays in a workspace where it was made for one, and tells there too that the session has ended', async () => {
    const { client: there, asked } = client(() => problem(401, { detail: 'Sign in.' }));
    const told = vi.fn();
    there.signedOut.connect(told);
    const inside = there.within('north');
    there.workspace = 'south';
    await inside.call(pipelinesList, {}).catch(() => undefined);

    expect(asked[0].path).toBe('/workbench/api/v1/w/north/pipelines');
    expect(told).toHaveBeenCalledOnce();
  });

  it('puts the fields of a POST into the body, with a key that makes it safe to repeat', async () => {
    const { client: there, asked } = client(() => json({}));
    await there.call(runsStart, { id: 'daily/delays', parameters: { month: 3 } });

    expect(asked[0].path).toBe('/workbench/api/v1/w/default/pipelines/daily/delays/runs');
    expect(asked[0].body).toEqual({ parameters: { month: 3 } });
    expect(asked[0].headers.get('Idempotency-Key')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('names the version that was read where an operation wants it', async () => {
    const { client: there, asked } = client(() => json({}));
    await there.call(pipelinesUpdate, { id: 'x', title: 'New' }, { ifMatch: '"3-ab"' });

    expect(asked[0].headers.get('If-Match')).toBe('"3-ab"');
  });

  it('says that a person asks where she has just pressed something', async () => {
    const { client: there, asked } = client(() => json({}));
    const before = Date.now();
    vi.useFakeTimers({ now: before + 60_000 });
    await there.call(meShow, {});
    window.dispatchEvent(new Event('pointerdown'));
    await there.call(meShow, {});
    vi.setSystemTime(before + 70_000);
    await there.call(meShow, {});
    vi.useRealTimers();

    expect(asked.map(one => one.headers.get('X-Workbench-By'))).toEqual([null, 'person', null]);
  });

  it('gives the bytes of a file', async () => {
    const { client: there } = client(() => new Response('{"cells": []}'));
    const file = await there.call(runsNotebook, { id: 'x' });

    expect(await file.text()).toBe('{"cells": []}');
  });

  it('tells a refusal in the words of the server', async () => {
    const said = await trouble(() => problem(403, { detail: 'You may not.', fix: 'Ask.', code: 'not_permitted' }));

    expect([said.kind, said.detail, said.fix, said.more.code]).toEqual(['refused', 'You may not.', 'Ask.', 'not_permitted']);
  });

  it.each([
    [401, 'problem', 'signed-out'],
    [404, 'problem', 'missing'],
    [422, 'problem', 'invalid'],
    [503, 'problem', 'other'],
    [404, 'page', 'no-extension'],
    [403, 'page', 'signed-out'],
    [500, 'page', 'other'],
    [200, 'page', 'signed-out']
  ])('takes %i with a %s for %s', async (status, form, kind) => {
    const said = await trouble(() =>
      form === 'problem' ? problem(status, { detail: 'So.', code: 'so' }) : new Response('<html>', { status })
    );

    expect(said.kind).toBe(kind);
  });

  it('says that the server does not answer where no answer comes', async () => {
    const said = await trouble(() => {
      throw new TypeError('Failed to fetch');
    });

    expect(said.kind).toBe('unreachable');
  });
});

describe('a query', () => {
  it('repeats lists, writes structures as JSON, and leaves out what is not given', () => {
    expect(query({ columns: ['a', 'b'], where: { x: 1 }, none: null, empty: '', zero: 0 })).toBe(
      '?columns=a&columns=b&where=%7B%22x%22%3A1%7D&zero=0'
    );
    expect(query({})).toBe('');
  });
});
