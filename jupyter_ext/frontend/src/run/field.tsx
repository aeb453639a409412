/** A field of a form: its label, its help and its errors, tied to the input for those who hear the page. */

import type { ArrayFieldTemplateProps, FieldTemplateProps, ObjectFieldTemplateProps } from '@rjsf/utils';
import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { useTools } from '../parts/tools';

/** An item of a list has neither label nor help of its own. */
const ITEM = /_\d+$/;

function Field(props: FieldTemplateProps): JSX.Element {
  const { id, schema, formData } = props;
  const [left, setLeft] = React.useState(false);
  if (props.hidden) {
    return <div hidden>{props.children}</div>;
  }
  if (schema.type === 'object') {
    return <>{props.children}</>;
  }
  // What is empty is no fault before somebody has gone past it.
  const told = left || props.formContext.tried || (formData !== undefined && formData !== null);
  const errors = told ? [...new Set(props.rawErrors)] : [];
  const isItem = ITEM.test(id);
  return (
    <div className="wb-Field" data-wrong={errors.length > 0 || undefined} onBlur={() => setLeft(true)}>
      <Label {...props} isItem={isItem} />
      {props.children}
      {schema.description && !isItem && (
        <p className="wb-Field-help" id={`${id}__description`}>
          {schema.description}
        </p>
      )}
      {errors.length > 0 && (
        <ul className="wb-Field-errors" id={`${id}__error`}>
          {errors.map(error => (
            <li key={error}>{error}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A tick and a list bring their own; an item of a list has one for those who hear the page. */
function Label({ id, schema, label, required, isItem }: FieldTemplateProps & { isItem: boolean }): JSX.Element | null {
  if (isItem) {
    return (
      <label htmlFor={id} className="wb-Unseen">
        {label}
      </label>
    );
  }
  if (schema.type === 'boolean' || schema.type === 'array') {
    return null;
  }
  return (
    <label htmlFor={id}>
      {label}
      {required && <span aria-hidden="true"> *</span>}
    </label>
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
