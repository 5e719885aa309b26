import { useSyncExternalStore } from 'react';
import { currentSignIn, onSignIn, type SignIn } from './key';

export const useSignIn = (): SignIn => useSyncExternalStore(onSignIn, currentSignIn);
