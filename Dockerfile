# syntax=docker/dockerfile:1
# One image for every service; the command says which: node apps/<api|push-gateway|fanout-worker|presence|membership>/dist/main.js
# Nothing secret is in it: settings come from the environment when it runs (docs/operations.md).
ARG NODE_IMAGE=node:24-slim

# The package files alone, so that dependencies are installed again only when one of them changes.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /source
COPY . .
RUN mkdir /manifests \
  && find . -name package.json -not -path '*/node_modules/*' -exec cp --parents {} /manifests \; \
  && cp package-lock.json .npmrc /manifests

FROM ${NODE_IMAGE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY --from=manifests /manifests ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node node_modules/typescript-7/bin/tsc -b apps/api apps/push-gateway apps/fanout-worker apps/presence apps/membership \
  && node tools/native/main.mjs --required \
  && (cd apps/console && node ../../node_modules/vite/bin/vite.js build --logLevel warn) \
  && mkdir /built \
  && cp --parents -r apps/*/dist apps/*/native/dist libs/*/dist /built

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /fanfare
COPY --from=manifests /manifests ./
RUN npm ci --omit=dev --no-audit --no-fund -w apps/api -w apps/push-gateway -w apps/fanout-worker -w apps/presence -w apps/membership

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
  NODE_OPTIONS="--enable-source-maps --max-semi-space-size=32" \
  FANFARE_HOST=0.0.0.0
WORKDIR /fanfare
COPY --from=dependencies /fanfare ./
COPY --from=build /built ./
COPY LICENSE ./
# The files belong to root: a service can read them and change none.
USER node
EXPOSE 3000 3001 3002 3003 3004
CMD ["node", "apps/api/dist/main.js"]
