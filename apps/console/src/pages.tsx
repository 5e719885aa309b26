import { lazy, Suspense } from 'react';
import { Link, Route, Routes, useLocation } from 'react-router';
import { Empty } from './page/empty';
import { Page } from './page/page';
import { PageBoundary } from './page/page-boundary';
import { Skeleton } from './page/skeleton';

const OverviewPage = lazy(() => import('./overview/overview-page'));
const UsersPage = lazy(() => import('./users/users-page'));
const UserPage = lazy(() => import('./users/user-page'));
const GroupsPage = lazy(() => import('./groups/groups-page'));
const GroupPage = lazy(() => import('./groups/group-page'));
const ComposePage = lazy(() => import('./compose/compose-page'));
const MessagesPage = lazy(() => import('./messages/messages-page'));
const MessagePage = lazy(() => import('./messages/message-page'));
const JobsPage = lazy(() => import('./jobs/jobs-page'));
const DeadLettersPage = lazy(() => import('./dead-letters/dead-letters-page'));
const ScriptsPage = lazy(() => import('./scripts/scripts-page'));
const NodesPage = lazy(() => import('./nodes/nodes-page'));

export function Pages() {
  const { pathname } = useLocation();
  return (
    <PageBoundary key={pathname}>
      <Suspense fallback={<Skeleton lines={8} label="Loading the page" />}>
        <Routes>
          <Route index element={<OverviewPage />} />
          <Route path="users" element={<UsersPage />} />
          <Route path="users/:id" element={<UserPage />} />
          <Route path="groups" element={<GroupsPage />} />
          <Route path="groups/:id" element={<GroupPage />} />
          <Route path="compose" element={<ComposePage />} />
          <Route path="messages" element={<MessagesPage />} />
          <Route path="messages/:id" element={<MessagePage />} />
          <Route path="jobs" element={<JobsPage />} />
          <Route path="dead-letters" element={<DeadLettersPage />} />
          <Route path="scripts" element={<ScriptsPage />} />
          <Route path="nodes" element={<NodesPage />} />
          <Route path="*" element={<NoPage />} />
        </Routes>
      </Suspense>
    </PageBoundary>
  );
}

function NoPage() {
  return (
    <Page title="No such page">
      <Empty title="There is nothing at this address">
        <Link to="/">Go to the overview</Link>
      </Empty>
    </Page>
  );
}
