// Control: without the watch a closed socket's number is written to, and somebody else gets the bytes.
import { sendAfterClose, usePairs } from './outbox.fixture.js';
import { writeEach } from './native-writes.js';

jest.mock('./socket-watch.js', () => ({ watchSocket: () => undefined }));

const { pair } = usePairs();
/** outbox-together.spec.ts says loudly what is not tested. */
const ifBuilt = writeEach ? test : test.skip;

ifBuilt('what is sent to a socket that has been closed reaches who got its number', async () => {
  expect(await sendAfterClose(pair)).toEqual({ neighbour: 'secret', heir: 'secret' });
});
