import { Badge } from '../page/badge';

export function OnlineBadge({ isOnline }: { readonly isOnline: boolean | undefined }) {
  if (isOnline === undefined) return <span className="muted">…</span>;
  return isOnline ? <Badge tone="good">Online</Badge> : <Badge>Offline</Badge>;
}
