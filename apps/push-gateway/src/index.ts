export { PushGatewayModule, type PushGatewaySettings } from './push-gateway.module.js';
export { startPushGateway } from './start.js';
export { FanfareWsAdapter, connectionOf } from './sockets/fanfare-ws.adapter.js';
export { FrameError } from './frames/frame-error.js';
export { RethrowFilter } from './sockets/rethrow.filter.js';
export { WebSocketConnection } from './sockets/web-socket-connection.js';
export { Session } from './sessions/session.js';
