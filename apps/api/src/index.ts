/**
 * The HTTP API. A team extends it with a module of its own that imports `ApiModule.forRoot(settings)` and is given to
 * `startApi(settings, module)`: its controllers below `/v1/` ask for the same credentials (below `/v1/me/` for a user's
 * token, whose user is `@TokenUser()`) and show in the OpenAPI document; the domain (`Publisher`, `Inbox`, `Users`, …) is there by injection.
 */
export { ApiModule } from './api.module.js';
export { type ApiSettings, startApi } from './start.js';
export { TokenUser } from './credentials/token-user.js';
export { Endpoint, type EndpointDescription } from './openapi/endpoint.js';
