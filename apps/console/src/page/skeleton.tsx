/** Holds the place of what is being read. */
export function Skeleton({ lines = 5, label = 'Loading' }: { readonly lines?: number; readonly label?: string }) {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className={`skeleton-line skeleton-line-${index % 3}`} />
      ))}
    </div>
  );
}
