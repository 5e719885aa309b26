import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@fanfare/react/styles.css';
import { loadConfig } from './config/demo-config.js';
import { NoConfig } from './config/no-config.js';
import { Board } from './stage/board.js';
import { StageContext } from './stage/stage-context.js';
import { Stage } from './stage/stage.js';
import './styles/tokens.css';
import './styles/controls.css';
import './styles/board.css';
import './styles/devices.css';
import './styles/strip.css';

async function start(element: HTMLElement): Promise<void> {
  const root = createRoot(element);
  try {
    const stage = new Stage(await loadConfig());
    stage.open();
    root.render(
      <StrictMode>
        <StageContext value={stage}>
          <Board />
        </StageContext>
      </StrictMode>,
    );
  } catch (error) {
    root.render(<NoConfig reason={error instanceof Error ? error.message : String(error)} />);
  }
}

const element = document.getElementById('root');
if (element) void start(element);
