/** The console: behind a key, one route for each noun, each loaded when it is first opened. */
import { QueryClientProvider } from '@tanstack/react-query';
import { BrowserRouter } from 'react-router';
import { queryClient } from './api/query-client';
import { Frame } from './frame/frame';
import { LiveProvider } from './live/live-provider';
import { Pages } from './pages';
import { SignInPage } from './session/sign-in-page';
import { useSignIn } from './session/use-sign-in';
import { ToastList } from './toasts/toast-list';

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <BrowserRouter basename="/console">
        <SignedIn />
      </BrowserRouter>
      <ToastList />
    </QueryClientProvider>
  );
}

/** The address stays, so that one comes out where one wanted to go. */
function SignedIn() {
  const { key } = useSignIn();
  if (key === null) return <SignInPage />;
  return (
    <LiveProvider>
      <Frame>
        <Pages />
      </Frame>
    </LiveProvider>
  );
}
