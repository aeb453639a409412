/** What a kernel may have written into the notebook that shows it. */

import { YNotebook } from '@jupyter/ydoc';
import { addAfter, asLines, parametersOf, writeParameters, type Cells } from '@lab/notebook/cells';
import { listenTo } from '@lab/notebook/talks';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { describe, expect, it } from 'vitest';

type Cell = Parameters<YNotebook['insertCell']>[1];

const code = (source: string, metadata = {}): Cell => ({ cell_type: 'code', source, metadata });
const words = (source: string): Cell => ({ cell_type: 'markdown', source });
const declared = (source: string, more = {}): Cell => code(source, { tags: ['x', 'parameters'], ...more });

function notebook(...cells: Cell[]): Cells {
  const made = new YNotebook();
  made.insertCells(0, cells);
  return made as unknown as Cells;
}

const sources = (cells: Cells) => cells.cells.map(cell => cell.getSource());

describe('the parameters cell', () => {
  it('is written in its place', () => {
    const cells = notebook(words('# A'), code('import x'), declared('month = 1'), code('month'));
    expect(parametersOf(cells)).toBe('month = 1');

    expect(writeParameters(cells, 'month = 2')).toBe(true);
    expect(sources(cells)).toEqual(['# A', 'import x', 'month = 2', 'month']);
  });

  it('comes before all code where there is none yet', () => {
    const cells = notebook(words('parameters'), code('1 + 1'));
    expect(parametersOf(cells)).toBe(null);
    writeParameters(cells, 'month = 2');

    expect(sources(cells)).toEqual(['parameters', 'month = 2', '1 + 1']);
    expect(parametersOf(cells)).toBe('month = 2');
  });

  it('stays as it is where it may not be edited', () => {
    const cells = notebook(declared('month = 1', { editable: false }));

    expect([writeParameters(cells, 'month = 2'), ...sources(cells)]).toEqual([false, 'month = 1']);
  });
});

describe('code that is added', () => {
  it('goes into the next cell where that is empty, with the import once', () => {
    const cells = notebook(code('wb.pick()'), code(' '), code('last'));
    expect(addAfter(cells, 0, 'a = wb.read("a")')).toBe(1);
    addAfter(cells, 1, 'b = wb.read("b")');

    expect(sources(cells)).toEqual([
      'wb.pick()',
      'import workbench as wb\n\na = wb.read("a")',
      'b = wb.read("b")',
      'last'
    ]);
  });
});

describe('code that is inserted', () => {
  it.each([
    ['', '', 'a\n\nb'],
    ['print(1)', '', '\na\n\nb'],
    ['', 'print(1)', 'a\n\nb\n'],
    ['    x = 1', ' # one', '\n    a\n\n    b\n    '],
    ['    ', '', 'a\n\n    b']
  ])('has lines of its own between “%s” and “%s”', (before, after, wanted) => {
    expect(asLines(before, 'a\n\nb', after)).toBe(wanted);
  });
});

describe('a kernel', () => {
  function asking(asked: object, cells: Cells) {
    const said: object[] = [];
    let closed = false;
    const comm = {
      onMsg: (_: object) => undefined as unknown,
      send: (data: object) => said.push(data),
      close: () => (closed = true)
    };
    let open: (comm: unknown, message: object) => void = () => undefined;
    const kernel = { registerCommTarget: (_: string, heard: typeof open) => (open = heard) };
    const sessionContext = { session: { kernel: null as unknown }, kernelChanged: new Signal<object, void>({}) };
    const content = { model: { sharedModel: cells }, activeCellIndex: 0 };
    listenTo({ sessionContext, content } as unknown as NotebookPanel);
    sessionContext.session.kernel = kernel; // it comes later than the notebook, and another after a restart
    sessionContext.kernelChanged.emit();
    open(comm, { content: { data: asked } });
    return { said, comm, content, closed: () => closed };
  }

  it('reads and writes the parameters cell', () => {
    const cells = notebook(declared('month = 1'));
    const { comm, said } = asking({ asks: 'parameters' }, cells);
    comm.onMsg({ content: { data: { source: 'month = 2' } } });

    expect(said).toEqual([{ source: 'month = 1' }, { written: true }]);
    expect(sources(cells)).toEqual(['month = 2']);
  });

  it('adds code after the cell that is selected, which then is the new one', () => {
    const cells = notebook(code('import workbench as wb'), code('last'));
    const { content, said } = asking({ asks: 'insert', source: 'x' }, cells);

    expect(said).toEqual([{ inserted: true }]);
    expect([content.activeCellIndex, ...sources(cells)]).toEqual([1, 'import workbench as wb', 'x', 'last']);
  });

  it('is told when it asks for anything else', () => {
    const { closed, said } = asking({ asks: 'secrets' }, notebook());

    expect([closed(), said]).toEqual([true, []]);
  });
});
