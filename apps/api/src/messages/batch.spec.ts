import { Problem, type PublishAnswer, type PublishRequest } from '@fanfare/contracts';
import { UnavailableError } from '@fanfare/redis-scripts';
import { publishBatch } from './batch.js';

class Recorder {
  readonly requests: PublishRequest[] = [];
  constructor(private readonly answer: (request: PublishRequest) => Promise<PublishAnswer>) {}

  publish(request: PublishRequest): Promise<PublishAnswer> {
    this.requests.push(request);
    return this.answer(request);
  }
}

const toUser = (user: string) => ({ to: { user }, payload: 1 });
const published = (request: PublishRequest): Promise<PublishAnswer> =>
  Promise.resolve({ id: JSON.stringify(request.to), state: 'published' });
const noFault = () => {
  throw new Error('there is no fault of ours');
};

test('results come in the order of the messages, whichever is answered first', async () => {
  let delayMs = 30;
  const slowFirst = async (request: PublishRequest) => {
    await new Promise((resolve) => setTimeout(resolve, (delayMs -= 10)));
    return published(request);
  };
  const results = await publishBatch(new Recorder(slowFirst), [toUser('a'), toUser('b'), toUser('c')], noFault);
  expect(results).toMatchObject([{ id: '{"user":"a"}' }, { id: '{"user":"b"}' }, { id: '{"user":"c"}' }]);
});

test('all are handed over before the first is answered', () => {
  const publisher = new Recorder(() => new Promise(() => undefined));
  void publishBatch(publisher, [toUser('a'), toUser('b')], noFault);
  expect(publisher.requests).toHaveLength(2);
});

test('one that is wrong is answered with its problem, and the others go out', async () => {
  const publisher = new Recorder(published);
  const results = await publishBatch(publisher, [{ to: {}, payload: 1 }, toUser('b'), null, 7], noFault);
  expect(results).toMatchObject([
    { error: { code: 'invalid', status: 422, errors: [{ pointer: '/to' }] } },
    { state: 'published' },
    { error: { code: 'invalid' } },
    { error: { code: 'invalid' } },
  ]);
  expect(publisher.requests).toHaveLength(1);
});

test('one that Redis or the domain refuses is answered with its problem', async () => {
  const refusals = [new Problem('group_unknown', 'no group'), new UnavailableError('timeline/append', 'memory')];
  const publisher = new Recorder(() => Promise.reject(refusals.shift() ?? new Error()));
  expect(await publishBatch(publisher, [toUser('a'), toUser('b')], noFault)).toMatchObject([
    { error: { code: 'group_unknown', status: 404 } },
    { error: { code: 'unavailable', status: 503 } },
  ]);
});

test('a fault of ours is told here and not to the caller', async () => {
  const faults: unknown[] = [];
  const fault = new TypeError('secret is not a function');
  const results = await publishBatch(new Recorder(() => Promise.reject(fault)), [toUser('a')], (it) => faults.push(it));
  expect(results).toMatchObject([{ error: { code: 'internal' } }]);
  expect(JSON.stringify(results)).not.toContain('secret');
  expect(faults).toEqual([fault]);
});
