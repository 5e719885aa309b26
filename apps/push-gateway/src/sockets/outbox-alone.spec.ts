// Where native writes were not built or are not wanted, each socket is written to by itself.
import { outboxesOnRealSockets } from './outbox.fixture.js';
import { isWritingTogether, writeOneByOne } from './outbox.js';

beforeAll(writeOneByOne);

test('it is known', () => expect(isWritingTogether()).toBe(false));

describe('written one by one', outboxesOnRealSockets);
