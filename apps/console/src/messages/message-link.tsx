import { Link } from 'react-router';

/** To a message's journey. */
export function MessageLink({ id }: { readonly id: string }) {
  return (
    <Link className="mono" to={`/messages/${id}`}>
      {id}
    </Link>
  );
}
