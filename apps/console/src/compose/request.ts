/** From the form to what POST /v1/messages takes. Fields that were left alone are left out. */
import type { Audience, PublishRequest, Where } from '@fanfare/contracts';
import { canFilter, type FormValues, listed } from './form-values';

/** Of values that the form's schema has taken. */
export function requestOf(values: FormValues): PublishRequest {
  const { type, priority, ttlSeconds, deliverAt, ephemeral, from } = values;
  return {
    to: audienceOf(values),
    payload: JSON.parse(values.payload) as PublishRequest['payload'],
    ...(type !== '' && { type }),
    ...(priority !== 'normal' && { priority }),
    ...(ttlSeconds !== '' && { ttlSeconds: Number(ttlSeconds) }),
    ...(deliverAt !== '' && { deliverAt: new Date(deliverAt).getTime() }),
    ...(ephemeral && { ephemeral }),
    ...(from !== '' && { from }),
  };
}

function audienceOf(values: FormValues): Audience {
  const { audience, user, users, group, where } = values;
  const isFiltered = canFilter(audience) && where.trim() !== '';
  const filter = isFiltered ? { where: JSON.parse(where) as Where } : {};
  switch (audience) {
    case 'user':
      return { user };
    case 'users':
      return { users: listed(users) };
    case 'group':
      return { group, ...filter };
    case 'all':
      return { all: true, ...filter };
    case 'online':
      return { online: true };
  }
}
