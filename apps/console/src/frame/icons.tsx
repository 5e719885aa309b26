/** Drawn with the colour of the text around them; never the only thing that says something. */
const stroke = {
  width: 16,
  height: 16,
  viewBox: '0 0 16 16',
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.5,
  strokeLinecap: 'round',
  'aria-hidden': true,
} as const;

export const Cross = () => (
  <svg {...stroke}>
    <path d="m4 4 8 8M12 4l-8 8" />
  </svg>
);

export const Bars = () => (
  <svg {...stroke}>
    <path d="M2 4h12M2 8h12M2 12h12" />
  </svg>
);

/** Fanfare's mark: one source, many receivers. */
export const Mark = () => (
  <svg {...stroke} width={24} height={24} viewBox="0 0 24 24" strokeWidth={2} className="mark">
    <circle cx="5" cy="12" r="2" fill="currentColor" />
    <path d="M10 12h11M9 9l9-5M9 15l9 5" />
  </svg>
);
