/** A section: its header, its filter, and its list as far as it is read. */

import { caretDownIcon, caretLeftIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { useTools } from '../parts/tools';
import { TroubleNote } from '../parts/trouble';
import { VirtualList } from '../parts/virtual';
import { useValue } from '../state/observable';
import { PagedList } from '../state/paged';
import { markedFirst } from './marked';
import type { IItem, ISectionSpec } from './spec';

const ROW_HEIGHT = 44;
const AFTER_EVENTS = 400;

export interface ISectionProps {
  spec: ISectionSpec;
  open: boolean;
  filter: string;
  search: string;
  /** The sidebar is seen; what is not seen is not read. */
  visible: boolean;
  onToggle: () => void;
  onFilter: (filter: string) => void;
}

export function Section(props: ISectionProps): JSX.Element {
  const { spec, open } = props;
  const [inside, setInside] = React.useState<ISectionSpec | null>(null);
  const [pointed, setPointed] = React.useState(false);
  const id = React.useId();
  const Caret = open ? caretDownIcon : caretRightIcon;
  React.useEffect(() => setInside(null), [spec]);
  return (
    <section className="wb-Section" data-open={open || undefined} aria-labelledby={id}>
      <div className="wb-Section-head">
        <h3 id={id}>
          <button aria-expanded={open} aria-controls={`${id}-body`} onClick={props.onToggle}>
            <Caret.react tag="span" width="16px" height="16px" />
            {spec.title}
          </button>
        </h3>
        {open && !inside && spec.filters.length > 1 && <Filter {...props} />}
      </div>
      <div
        className="wb-Section-body"
        id={`${id}-body`}
        hidden={!open}
        onPointerEnter={event => setPointed(event.pointerType === 'mouse')}
        onPointerLeave={() => setPointed(false)}
      >
        {open && inside && <Back title={inside.title} onPress={() => setInside(null)} />}
        {open && <Body key={inside?.id} {...props} spec={inside ?? spec} enter={setInside} pointed={pointed} />}
      </div>
    </section>
  );
}

function Filter({ spec, filter, onFilter }: ISectionProps): JSX.Element {
  const { trans } = useTools().workbench;
  return (
    <select
      aria-label={trans.__('Show which of %1', spec.title)}
      value={filter}
      onChange={event => onFilter(event.target.value)}
    >
      {spec.filters.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

function Back({ title, onPress }: { title: string; onPress: () => void }): JSX.Element {
  const { trans } = useTools().workbench;
  return (
    <button className="wb-Back" onClick={onPress} aria-label={trans.__('Back from %1', title)} autoFocus>
      <caretLeftIcon.react tag="span" width="16px" height="16px" />
      {title}
    </button>
  );
}

interface IBodyProps extends ISectionProps {
  /** The mouse is over the list. */
  pointed: boolean;
  enter: (inside: ISectionSpec) => void;
}

function Body(props: IBodyProps): JSX.Element {
  const { spec, enter } = props;
  const { trans } = useTools().workbench;
  const list = useList(props);
  const { items, status, more, trouble } = useValue(list);
  const onEnd = React.useCallback(() => void list.more(), [list]);

  if (trouble) {
    return <TroubleNote trouble={trouble} retry={() => void list.refresh()} />;
  }
  if (status === 'unread' || status === 'reading') {
    return <p className="wb-muted wb-Note">{trans.__('Reading…')}</p>;
  }
  if (items.length === 0) {
    return <Empty spec={spec} search={props.search} filtered={props.filter !== ''} />;
  }
  return (
    <VirtualList
      items={items}
      more={more}
      onEnd={onEnd}
      rowHeight={ROW_HEIGHT}
      label={spec.title}
      busy={status === 'stale'}
      keyOf={item => item.id}
    >
      {item => <spec.Row item={item} enter={() => spec.inside && enter(spec.inside(item))} />}
    </VirtualList>
  );
}

/** The section's list: read when it is seen, and again when something happens that concerns it. */
function useList({ spec, search, filter, visible, pointed }: IBodyProps): PagedList<IItem> {
  const { workbench } = useTools();
  const { client, preferences, events } = workbench;
  const marks = useLatestUnless(pointed, useValue(preferences.marks)[client.workspace]);
  const list = React.useMemo(() => new PagedList<IItem>(async () => ({ items: [], next: null })), [spec]);
  React.useEffect(() => {
    if (visible) {
      void list.query((page, signal) => markedFirst(spec, preferences, { ...page, q: search, filter }, signal));
    }
  }, [list, spec, search, filter, visible, preferences, spec.marks && marks]);
  React.useEffect(() => {
    if (!visible) {
      return;
    }
    let timer = 0;
    const soon = () => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        void list.refresh();
      }, AFTER_EVENTS);
    };
    const heard = events.listen({ heard: event => spec.concerns(event) && soon(), missed: soon });
    return () => {
      window.clearTimeout(timer);
      heard.dispose();
    };
  }, [list, spec, visible, events]);
  return list;
}

/** A value as it was when something began to hold, and the latest else: no row moves away from under the mouse. */
function useLatestUnless<T>(held: boolean, value: T): T {
  const kept = React.useRef(value);
  if (!held) {
    kept.current = value;
  }
  return kept.current;
}

function Empty(props: { spec: ISectionSpec; search: string; filtered: boolean }): JSX.Element {
  const { trans } = useTools().workbench;
  const { empty } = props.spec;
  if (props.search || props.filtered) {
    const what = props.search ? trans.__('Nothing here contains “%1”.', props.search) : trans.__('Nothing is like that.');
    const how = props.search ? trans.__('Search for less of it.') : trans.__('Choose something else above.');
    return (
      <p className="wb-muted wb-Note">
        {what} {how}
      </p>
    );
  }
  return (
    <div className="wb-Note">
      <p>{empty.what}</p>
      <p className="wb-muted">{empty.how}</p>
      {empty.action && (
        <button className="jp-mod-styled jp-mod-minimal" onClick={empty.action.run}>
          {empty.action.label}
        </button>
      )}
    </div>
  );
}
