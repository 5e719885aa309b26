import { NavLink } from 'react-router';

const sections = [
  { title: 'Now', links: [{ to: '/', text: 'Overview' }] },
  {
    title: 'Audience',
    links: [
      { to: '/users', text: 'Users' },
      { to: '/groups', text: 'Groups' },
    ],
  },
  {
    title: 'Messages',
    links: [
      { to: '/compose', text: 'Compose' },
      { to: '/messages', text: 'Publish log' },
      { to: '/jobs', text: 'Jobs' },
      { to: '/dead-letters', text: 'Dead letters' },
    ],
  },
  {
    title: 'System',
    links: [
      { to: '/nodes', text: 'Nodes' },
      { to: '/scripts', text: 'Scripts' },
    ],
  },
] as const;

export function Navigation() {
  return (
    <nav aria-label="Console" className="navigation">
      {sections.map(({ title, links }) => (
        <div key={title}>
          <p className="navigation-title" id={`navigation-${title}`}>
            {title}
          </p>
          <ul aria-labelledby={`navigation-${title}`}>
            {links.map(({ to, text }) => (
              <li key={to}>
                <NavLink to={to} end={to === '/'}>
                  {text}
                </NavLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
