import { createContext, useContext } from 'react';
import type { Stage } from './stage.js';

export const StageContext = createContext<Stage | undefined>(undefined);

export function useStage(): Stage {
  const stage = useContext(StageContext);
  if (!stage) throw new Error('there is no stage around this component');
  return stage;
}
