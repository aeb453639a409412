/** A field of a form: its label, its help and its errors, tied to the input for those who hear the page. */

import type { ArrayFieldTemplateProps, FieldTemplateProps, ObjectFieldTemplateProps } from '@rjsf/utils';
import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { useTools } from '../parts/tools';

/** An item of a list has neither label nor help of its own. */
const ITEM = /_\d+$/;

function Field(props: FieldTemplateProps): JSX.Element {
  const { id, schema, rawErrors = [] } = props;
  if (props.hidden) {
    return <div hidden>{props.children}</div>;
  }
  if (schema.type === 'object') {
    return <>{props.children}</>;
  }
  const wrong = rawErrors.length > 0;
  const isItem = ITEM.test(id);
  const hasLabel = schema.type !== 'boolean' && schema.type !== 'array' && !isItem;
  return (
    <div className="wb-Field" data-wrong={wrong || undefined}>
      {hasLabel && (
        <label htmlFor={id}>
          {props.label}
          {props.required && <span aria-hidden="true"> *</span>}
        </label>
      )}
      {isItem && (
        <label htmlFor={id} className="wb-Unseen">
          {props.label}
        </label>
      )}
      {props.children}
      {schema.description && !isItem && (
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

function List({ items, title, canAdd, onAddClick, required }: ArrayFieldTemplateProps): JSX.Element {
  const { trans } = useTools().workbench;
  return (
    <fieldset className="wb-List">
      <legend>
        {title}
        {required && <span aria-hidden="true"> *</span>}
      </legend>
      {items.map(item => (
        <div key={item.key} className="wb-List-item" role="group" aria-label={trans.__('%1, item %2', title, item.index + 1)}>
          {item.children}
          {item.hasRemove && (
            <button
              type="button"
              className="wb-Row-action"
              aria-label={trans.__('Remove item %1 of %2', item.index + 1, title)}
              onClick={item.onDropIndexClick(item.index)}
            >
              <closeIcon.react tag="span" width="16px" height="16px" />
            </button>
          )}
        </div>
      ))}
      {canAdd && (
        <button type="button" className="jp-mod-styled jp-mod-minimal wb-List-add" onClick={onAddClick}>
          <addIcon.react tag="span" width="16px" height="16px" /> {trans.__('Add')}
        </button>
      )}
    </fieldset>
  );
}

function Fields({ properties }: ObjectFieldTemplateProps): JSX.Element {
  return <>{properties.map(property => property.content)}</>;
}

export const TEMPLATES = {
  FieldTemplate: Field,
  ArrayFieldTemplate: List,
  ObjectFieldTemplate: Fields,
  // The field shows its help itself, below its input.
  DescriptionFieldTemplate: () => null
};
