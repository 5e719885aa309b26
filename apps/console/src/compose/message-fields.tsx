import { useFormContext } from 'react-hook-form';
import { Field } from '../form/field';
import type { FormValues } from './form-values';
import { tidied } from './json';

export function MessageFields() {
  const { register, setValue, getValues, formState } = useFormContext<FormValues>();
  const { errors } = formState;
  const tidy = () => setValue('payload', tidied(getValues('payload')), { shouldValidate: true });
  return (
    <div className="panel-body">
      <Field label="Payload (JSON)" error={errors.payload?.message}>
        {(control) => <textarea {...control} {...register('payload')} rows={8} spellCheck={false} />}
      </Field>
      <div>
        <button type="button" className="button-small" onClick={tidy}>
          Tidy up
        </button>
      </div>
      <div className="field-grid">
        <Field label="Type" error={errors.type?.message} hint="Your application’s; “message” if empty.">
          {(control) => <input {...control} {...register('type')} autoComplete="off" />}
        </Field>
        <Field label="Priority">
          {(control) => (
            <select {...control} {...register('priority')}>
              {['urgent', 'high', 'normal', 'bulk'].map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Expires after (seconds)" error={errors.ttlSeconds?.message} hint="Not delivered after that.">
          {(control) => <input {...control} {...register('ttlSeconds')} inputMode="numeric" autoComplete="off" />}
        </Field>
        <Field label="Deliver at" error={errors.deliverAt?.message} hint="In your time zone; now if empty.">
          {(control) => <input {...control} {...register('deliverAt')} type="datetime-local" />}
        </Field>
        <Field label="From user" error={errors.from?.message} hint="Does not count as unread for them.">
          {(control) => <input {...control} {...register('from')} autoComplete="off" />}
        </Field>
        <label className="check check-field">
          <input type="checkbox" {...register('ephemeral')} />
          Ephemeral: only to those online now
        </label>
      </div>
    </div>
  );
}
