# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    ALYX_SERVER_HOST=0.0.0.0 \
    ALYX_LOGGING_FORMAT=json
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN ln -s /app/dist/main.js /usr/local/bin/alyx \
 && install -d -o node -g node /srv/alyx /srv/alyx/data
COPY --chown=node:node alyx.yml schema.yaml /srv/alyx/
USER node
WORKDIR /srv/alyx
VOLUME /srv/alyx/data
EXPOSE 8080
# ALYX_JWT_SECRET must be set: production refuses to make one up.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["alyx", "serve"]
