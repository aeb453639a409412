/** The sidebar: who is here, what to look for, and the sections. */

import * as React from 'react';

import type { Part } from '../api/operations';
import { Connection } from '../parts/connection';
import { useTools } from '../parts/tools';
import { TroubleNote } from '../parts/trouble';
import type { ILayout } from '../state/layout';
import { useValue, type Observable } from '../state/observable';
import { connectors } from './connectors';
import { dashboards } from './dashboards';
import { pipelines } from './pipelines';
import { runs } from './runs';
import { Section } from './section';
import { tables } from './tables';

export interface ISidebarProps {
  layout: Observable<ILayout>;
  seen: Observable<boolean>;
}

const SECTIONS = [pipelines, runs, connectors, tables, dashboards];
const TYPING = 150;

export function Sidebar(props: ISidebarProps): JSX.Element {
  const { session, trans } = useTools().workbench;
  const { status, part, trouble } = useValue(session);
  const seen = useValue(props.seen);
  const ready = useMarks(part);
  React.useEffect(() => {
    if (seen) {
      void session.begin();
    }
  }, [seen, session]);

  if (trouble) {
    return <TroubleNote trouble={trouble} retry={() => void session.begin()} />;
  }
  if (status === 'here' && part === null) {
    return (
      <p className="wb-Note">{trans.__('You have no part in any workspace yet; ask an admin of one to add you.')}</p>
    );
  }
  if (part === null || !ready) {
    return <p className="wb-muted wb-Note">{trans.__('Reading…')}</p>;
  }
  return (
    <div className="wb-Sidebar" key={part.id}>
      <Top {...props} />
      <Sections {...props} />
    </div>
  );
}

/** Whether the marks of a workspace are known: lists begin with what is starred. */
function useMarks(part: Part | null): boolean {
  const { preferences } = useTools().workbench;
  const [known, setKnown] = React.useState('');
  React.useEffect(() => {
    let shown = true;
    if (part) {
      void preferences.load().then(() => shown && setKnown(part.id));
    }
    return () => {
      shown = false;
    };
  }, [part, preferences]);
  return known === part?.id;
}

function Top({ layout }: ISidebarProps): JSX.Element {
  const { trans } = useTools().workbench;
  return (
    <div className="wb-Sidebar-top">
      <input
        type="search"
        className="jp-mod-styled"
        value={useValue(layout).search}
        placeholder={trans.__('Search')}
        aria-label={trans.__('Search in all sections')}
        onChange={event => layout.patch({ search: event.target.value })}
      />
      <Workspaces />
      <Connection lost={trans.__('The connection is lost and is tried again.')} />
    </div>
  );
}

/** The sections that the person may see. */
function Sections({ layout, seen }: ISidebarProps): JSX.Element {
  const tools = useTools();
  const kept = useValue(layout);
  const search = useLater(kept.search, TYPING);
  const visible = useValue(seen);
  const sections = React.useMemo(() => SECTIONS.map(make => make(tools)), [tools]);
  return (
    <>
      {sections
        .filter(spec => tools.workbench.may(spec.permission))
        .map(spec => (
          <Section
            key={spec.id}
            spec={spec}
            open={kept.open[spec.id] ?? false}
            filter={kept.filters[spec.id] ?? ''}
            search={search}
            visible={visible}
            onToggle={() => layout.patch({ open: { ...kept.open, [spec.id]: !kept.open[spec.id] } })}
            onFilter={filter => layout.patch({ filters: { ...kept.filters, [spec.id]: filter } })}
          />
        ))}
    </>
  );
}

function Workspaces(): JSX.Element | null {
  const { session, trans } = useTools().workbench;
  const { me, part } = useValue(session);
  if (!me || !part || me.workspaces.length < 2) {
    return null;
  }
  return (
    <select aria-label={trans.__('Workspace')} value={part.name} onChange={event => session.enter(event.target.value)}>
      {me.workspaces.map(each => (
        <option key={each.name} value={each.name}>
          {each.title}
        </option>
      ))}
    </select>
  );
}

/** A value that has stayed the same for a while. */
function useLater<T>(value: T, milliseconds: number): T {
  const [later, setLater] = React.useState(value);
  React.useEffect(() => {
    const timer = window.setTimeout(() => setLater(value), milliseconds);
    return () => window.clearTimeout(timer);
  }, [value, milliseconds]);
  return later;
}
