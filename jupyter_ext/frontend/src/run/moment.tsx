/** The input of a moment, which stays as it was written: without an offset, or with the one it has. */

import { getTemplate, type WidgetProps } from '@rjsf/utils';
import { customizeValidator } from '@rjsf/validator-ajv8';
import * as React from 'react';

// The time of day as far as browsers take it, which is to the millisecond.
const MOMENT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)\d*(Z|[+-]\d\d:?\d\d)?$/i;

/** Checks forms as the server does, which takes moments without an offset, too. */
export const validator = customizeValidator({
  customFormats: { 'date-time': text => MOMENT.test(text) && !Number.isNaN(Date.parse(text)) }
});

/** Edits the date and the time of day; the browser has no input for an offset, which is shown beside it and kept. */
export function Moment(props: WidgetProps): JSX.Element {
  const { value, onChange, registry, options } = props;
  const Input = getTemplate<'BaseInputTemplate'>('BaseInputTemplate', registry, options);
  const [, day, time, offset = ''] = MOMENT.exec(value ?? '') ?? [];
  const kept = React.useRef(offset); // also while nothing stands there, as when one types it anew
  if (value) {
    kept.current = offset;
  }
  return (
    <>
      <Input
        {...props}
        type="datetime-local"
        value={day ? `${day}T${time}` : ''}
        onChange={(typed?: string) => onChange(typed ? withSeconds(typed) + kept.current : undefined)}
      />
      {kept.current && <span className="wb-muted">{kept.current.toUpperCase() === 'Z' ? 'UTC' : kept.current}</span>}
    </>
  );
}

/** Browsers leave out seconds that are zero. */
function withSeconds(typed: string): string {
  return /T\d\d:\d\d$/.test(typed) ? `${typed}:00` : typed;
}
