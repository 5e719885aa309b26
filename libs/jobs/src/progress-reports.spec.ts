import { type JobReport, ProgressReports } from './progress-reports.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function reportsOf(): { reports: ProgressReports; told: JobReport[] } {
  const told: JobReport[] = [];
  return { reports: new ProgressReports('j', { total: 1000 }, (report) => told.push(report)), told };
}

test('a job that runs for 10 s with 100 checkpoints a second tells ten times how far it is', () => {
  const { reports, told } = reportsOf();
  for (let done = 1; done <= 1000; done += 1) {
    jest.advanceTimersByTime(10);
    reports.running(done);
  }
  expect(told.map(({ done }) => done)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
  expect(told[0]).toEqual({ job: 'j', state: 'running', done: 100, total: 1000 });
});

test('the end is told however soon it comes', () => {
  const { reports, told } = reportsOf();
  reports.running(500);
  reports.done();
  expect(told).toEqual([{ job: 'j', state: 'done', done: 1000, total: 1000 }]);
});

test('a failure says why', () => {
  const { reports, told } = reportsOf();
  reports.failed(3, 'no such group');
  expect(told).toEqual([{ job: 'j', state: 'failed', done: 3, total: 1000, error: 'no such group' }]);
});
