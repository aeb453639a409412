/** A form drawn from the parameters of a pipeline. */

import { FormComponent } from '@jupyterlab/ui-components';
import type { FormProps } from '@rjsf/core';
import type { ErrorSchema, RJSFValidationError } from '@rjsf/utils';
import validator from '@rjsf/validator-ajv8';
import * as React from 'react';

import type { IFieldError } from '../api/trouble';
import { useTools } from '../parts/tools';
import type { IWorkbench } from '../tokens';
import { TEMPLATES } from './field';
import type { IForm, Values } from './schema';

export interface IParameterFormProps {
  form: IForm;
  values: Values;
  /** What the server found wrong. */
  errors?: IFieldError[];
  readOnly?: boolean;
  onChange: (values: Values, valid: boolean) => void;
}

// JupyterLab narrows the types to data that is never written to.
const Form = FormComponent as unknown as React.ComponentType<FormProps>;

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
      extraErrors={found}
      transformErrors={all => all.map(error => inWords(error, trans))}
      readonly={props.readOnly}
      showErrorList={false}
      liveValidate
      noHtml5Validate
      onChange={event => onChange((event.formData ?? {}) as Values, isValid(event.errors, errors))}
    />
  );
}

/** What a validator says of types and of what is missing, as the server would say it. */
function inWords(error: RJSFValidationError, trans: IWorkbench['trans']): RJSFValidationError {
  const { name, params } = error;
  if (name === 'required' || (name === 'type' && params?.type === 'string')) {
    return { ...error, message: trans.__('must be filled in') };
  }
  return name === 'type' && params?.type === 'integer' ? { ...error, message: trans.__('must be a whole number') } : error;
}

/** Errors of the server stay until the next try and do not hinder it. */
function isValid(all: { stack: string }[], ofServer: IFieldError[] = []): boolean {
  const theirs = new Set(ofServer.map(error => error.message));
  return all.every(error => [...theirs].some(text => error.stack.endsWith(text)));
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
