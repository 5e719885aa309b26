/** Names of the groups that were opened, newest first; they end with the tab. */
const SLOT = 'fanfare.console.groups';
const KEPT = 20;

export function openedGroups(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(SLOT) ?? '[]');
    return Array.isArray(kept) ? kept.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

export function rememberGroup(id: string): void {
  const others = openedGroups().filter((name) => name !== id);
  sessionStorage.setItem(SLOT, JSON.stringify([id, ...others].slice(0, KEPT)));
}
