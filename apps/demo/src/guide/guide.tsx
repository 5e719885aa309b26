import { type ReactNode, useState } from 'react';
import { useStage } from '../stage/stage-context.js';
import { useValue } from '../state/value.js';
import { type Action, type Step, steps } from './steps.js';

export function Guide(): ReactNode {
  const [current, setCurrent] = useState(0);
  const done = useValue(useStage().done);
  const step = steps[current];
  return (
    <section className="guide" aria-labelledby="guide">
      <h2 id="guide" className="unseen">
        In six steps
      </h2>
      <ol className="steps">
        {steps.map((one, index) => (
          <li key={one.title}>
            <button
              type="button"
              className="step"
              aria-current={index === current ? 'step' : undefined}
              data-done={isDone(one, done)}
              onClick={() => setCurrent(index)}
            >
              <span className="step-number" aria-hidden="true">
                {isDone(one, done) ? '✓' : index + 1}
              </span>
              <span className="step-title">{one.title}</span>
              {isDone(one, done) && <span className="unseen">, done</span>}
            </button>
          </li>
        ))}
      </ol>
      {step && (
        <StepText key={current} step={step} done={done} onNext={() => setCurrent((current + 1) % steps.length)} />
      )}
    </section>
  );
}

interface StepTextProps {
  readonly step: Step;
  readonly done: ReadonlySet<string>;
  readonly onNext: () => void;
}

function StepText({ step, done, onNext }: StepTextProps): ReactNode {
  return (
    <div className="step-text">
      <div>
        <p className="step-name">{step.title}</p>
        <p>{step.why}</p>
        <p className="caption">{step.look}</p>
      </div>
      <div className="step-actions">
        {step.actions.map((action) => (
          <ActionButton key={action.id} action={action} isDone={done.has(action.id)} />
        ))}
        {isDone(step, done) && (
          <button type="button" className="button" onClick={onNext}>
            Next step
          </button>
        )}
      </div>
    </div>
  );
}

function ActionButton({ action, isDone: wasDone }: { readonly action: Action; readonly isDone: boolean }): ReactNode {
  const stage = useStage();
  const [isRunning, setRunning] = useState(false);
  const run = async () => {
    if (isRunning) return;
    setRunning(true);
    try {
      await action.run(stage);
    } finally {
      setRunning(false);
    }
  };
  return (
    <button
      type="button"
      className="button button-main"
      data-done={wasDone}
      aria-disabled={isRunning}
      onClick={() => void run()}
    >
      {wasDone ? '✓ ' : ''}
      {action.name}
    </button>
  );
}

function isDone({ actions }: Step, done: ReadonlySet<string>): boolean {
  return actions.every(({ id }) => done.has(id));
}
