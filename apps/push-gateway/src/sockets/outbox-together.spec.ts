// Where native writes were built, many sockets are written to in one call.
import { outboxesOnRealSockets } from './outbox.fixture.js';
import { isWritingTogether } from './outbox.js';

if (isWritingTogether()) describe('written together', outboxesOnRealSockets);
else test.skip('NOT TESTED: the native writes were not built, for want of a C compiler', () => undefined);
