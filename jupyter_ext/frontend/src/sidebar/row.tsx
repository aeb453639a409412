/** A row of a list: what it is, a line about it, and what can be done with it. */

import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { starIcon, starredIcon } from '../icons';
import { useTools } from '../parts/tools';
import { useWalk } from '../parts/virtual';
import { attempt } from '../run/telling';
import { useValue } from '../state/observable';

export interface IRowProps {
  title: string;
  note: React.ReactNode;
  onOpen: () => void;
  children?: React.ReactNode;
}

export function Row(props: IRowProps): JSX.Element {
  const walk = useWalk();
  return (
    <>
      <button className="wb-Row-open" onClick={props.onOpen} title={props.title} {...walk}>
        <span className="wb-Row-title" dir="auto">{props.title}</span>
        <span className="wb-Row-note" dir="auto">{props.note}</span>
      </button>
      {props.children}
    </>
  );
}

export interface IRowActionProps {
  icon: LabIcon;
  label: string;
  pressed?: boolean;
  onPress: () => void;
}

export function RowAction(props: IRowActionProps): JSX.Element {
  const walk = useWalk();
  return (
    <button
      className="wb-Row-action"
      title={props.label}
      aria-label={props.label}
      aria-pressed={props.pressed}
      onClick={props.onPress}
      {...walk}
    >
      <props.icon.react tag="span" width="16px" height="16px" />
    </button>
  );
}

/** Notes that an item was used, so that it comes soon after what is starred; what cannot be noted hinders nobody. */
export function useUsed(section: string, id: string): () => void {
  const { preferences } = useTools().workbench;
  return () => void preferences.used(section, id).catch(() => undefined);
}

/** Stars an item, so that it comes first. */
export function RowStar({ section, id, name }: { section: string; id: string; name: string }): JSX.Element {
  const tools = useTools();
  const { preferences, trans } = tools.workbench;
  useValue(preferences.marks);
  const starred = preferences.marked('starred', section).includes(id);
  return (
    <RowAction
      icon={starred ? starredIcon : starIcon}
      label={trans.__('Star %1', name)}
      pressed={starred}
      onPress={() => void attempt(tools, () => preferences.toggleStar(section, id))}
    />
  );
}
