/** Says where what is shown no longer follows what happens, and offers a way back. */

import * as React from 'react';

import { Trouble } from '../api/trouble';
import { useTools } from './tools';
import { TroubleNote } from './trouble';

/** Nothing while the connection is well; `lost` is the sentence for one that is tried again. */
export function Connection({ lost }: { lost: string }): JSX.Element | null {
  const { events } = useTools().workbench;
  const [state, setState] = React.useState(events.state);
  React.useEffect(() => {
    const take = () => setState(events.state);
    events.changed.connect(take);
    return () => {
      events.changed.disconnect(take);
    };
  }, [events]);
  if (state === 'waiting') {
    return (
      <p className="wb-Notice" role="status">
        {lost}
      </p>
    );
  }
  return state === 'ended' ? <TroubleNote trouble={new Trouble('signed-out', '')} retry={events.connect} /> : null;
}
