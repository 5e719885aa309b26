import { useFormContext } from 'react-hook-form';
import { Field } from '../form/field';
import { counted } from '../format/numbers';
import { type AudienceKind, AUDIENCES, canFilter, type FormValues, listed } from './form-values';

const names: Readonly<Record<AudienceKind, string>> = {
  user: 'A user',
  users: 'A list',
  group: 'A group',
  all: 'Everyone',
  online: 'Everyone online',
};

export function AudienceFields() {
  const { register, watch, formState } = useFormContext<FormValues>();
  const { errors } = formState;
  const { audience, users } = watch();
  return (
    <div className="panel-body">
      <fieldset className="choices">
        <legend className="visually-hidden">Audience</legend>
        {AUDIENCES.map((kind) => (
          <label key={kind} className="choice">
            <input type="radio" value={kind} {...register('audience')} />
            {names[kind]}
          </label>
        ))}
      </fieldset>
      {audience === 'user' && (
        <Field label="User id" error={errors.user?.message}>
          {(control) => <input {...control} {...register('user')} autoComplete="off" maxLength={128} />}
        </Field>
      )}
      {audience === 'users' && (
        <Field
          label="User ids"
          error={errors.users?.message}
          hint={`One a line, or with commas. ${counted(listed(users).length, 'id')}.`}
        >
          {(control) => <textarea {...control} {...register('users')} rows={4} spellCheck={false} />}
        </Field>
      )}
      {audience === 'group' && (
        <Field label="Group" error={errors.group?.message}>
          {(control) => <input {...control} {...register('group')} autoComplete="off" maxLength={128} />}
        </Field>
      )}
      {audience === 'online' && <p className="muted">Goes to who is connected now; nothing of it is kept.</p>}
      {canFilter(audience) && (
        <Field
          label="Filter (optional)"
          error={errors.where?.message}
          hint='Attributes that have to fit, as JSON: {"plan": "pro", "age": {"gte": 18}}'
        >
          {(control) => <textarea {...control} {...register('where')} rows={2} spellCheck={false} />}
        </Field>
      )}
    </div>
  );
}
