/** A field of a form: its label, its help and its errors, tied to the input for those who hear the page. */

import type { FieldTemplateProps } from '@rjsf/utils';
import * as React from 'react';

export function Field(props: FieldTemplateProps): JSX.Element {
  const { id, schema, rawErrors = [], displayLabel } = props;
  if (props.hidden) {
    return <div hidden>{props.children}</div>;
  }
  if (schema.type === 'object') {
    return <>{props.children}</>;
  }
  const wrong = rawErrors.length > 0;
  const isItem = props.schema.title === undefined && !displayLabel;
  return (
    <div className="wb-Field" data-wrong={wrong || undefined}>
      {schema.type !== 'boolean' && !isItem && (
        <label htmlFor={id}>
          {props.label}
          {props.required && <span aria-hidden="true"> *</span>}
        </label>
      )}
      {props.children}
      {schema.description && schema.type !== 'array' && schema.type !== 'boolean' && (
        <p className="wb-Field-help" id={`${id}__description`}>
          {schema.description}
        </p>
      )}
      {wrong && (
        <ul className="wb-Field-errors" id={`${id}__error`}>
          {[...new Set(rawErrors)].map(error => (
            <li key={error}>{error}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
