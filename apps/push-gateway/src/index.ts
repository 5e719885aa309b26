export { PushGatewayModule, type PushGatewaySettings } from './push-gateway.module.js';
export { startPushGateway } from './start.js';
export { FanfareWsAdapter } from './sockets/fanfare-ws.adapter.js';
export { connectionOf } from './sockets/client-socket.js';
export { FrameError } from './frames/frame-error.js';
export { WebSocketConnection } from './sockets/web-socket-connection.js';
export { Session } from './sessions/session.js';
