/** A form drawn from the parameters of a pipeline. */

import { FormComponent } from '@jupyterlab/ui-components';
import type { FormProps } from '@rjsf/core';
import type { ErrorSchema } from '@rjsf/utils';
import * as React from 'react';

import type { IFieldError } from '../api/trouble';
import { useTools } from '../parts/tools';
import { inWords } from './faults';
import { TEMPLATES } from './field';
import { Moment, validator } from './moment';
import type { IForm, Values } from './schema';

export interface IParameterFormProps {
  form: IForm;
  values: Values;
  /** What the server found wrong. */
  errors?: IFieldError[];
  readOnly?: boolean;
  /** The values were meant to be sent, so that what nobody has come by is missing, too. */
  tried?: boolean;
  onChange: (values: Values) => void;
}

// JupyterLab narrows the types to data that is never written to.
const Form = FormComponent as unknown as React.ComponentType<FormProps>;

const WIDGETS = { DateTimeWidget: Moment };

export function ParameterForm(props: IParameterFormProps): JSX.Element {
  const { form, values, errors, onChange } = props;
  const { trans } = useTools().workbench;
  const found = React.useMemo(() => asErrors(errors ?? []), [errors]);
  return (
    <Form
      className="wb-ParameterForm"
      tagName="div"
      schema={form.schema}
      uiSchema={form.uiSchema}
      formData={values}
      validator={validator}
      templates={TEMPLATES}
      widgets={WIDGETS}
      formContext={{ tried: props.tried }}
      extraErrors={found}
      transformErrors={all => all.map(error => inWords(error, values, trans))}
      readonly={props.readOnly}
      showErrorList={false}
      liveValidate
      noHtml5Validate
      onChange={event => onChange((event.formData ?? {}) as Values)}
    />
  );
}

/** Pointers such as `/parameters/month` as the form's tree of errors. */
function asErrors(errors: IFieldError[]): ErrorSchema {
  const tree: Record<string, { __errors: string[] }> = {};
  for (const { pointer, message } of errors) {
    const name = pointer.split('/').pop() ?? '';
    (tree[name] ??= { __errors: [] }).__errors.push(message);
  }
  return tree as ErrorSchema;
}
