// Where native writes were not built, each socket is written to by itself.
import { outboxesOnRealSockets } from './outbox.fixture.js';

jest.mock('./native-writes.js', () => ({ ...jest.requireActual<object>('./native-writes.js'), writeEach: undefined }));

describe('written one by one', outboxesOnRealSockets);
