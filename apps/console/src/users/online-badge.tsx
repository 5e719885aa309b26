import type { UserPresence } from '@fanfare/contracts';
import { Badge } from '../page/badge';

export function OnlineBadge({ presence }: { readonly presence: UserPresence | undefined }) {
  if (!presence) return <span className="muted">…</span>;
  return presence.online ? <Badge tone="good">Online</Badge> : <Badge>Offline</Badge>;
}
