// Where native writes were built, many sockets are written to in one call.
import { outboxesOnRealSockets } from './outbox.fixture.js';
import { writeEach } from './native-writes.js';

if (writeEach) describe('written together', outboxesOnRealSockets);
else test.skip('NOT TESTED: the native writes were not built, for want of a C compiler', () => undefined);
