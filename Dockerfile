FROM node:24-bookworm-slim AS build
WORKDIR /sluice
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
COPY tools tools
RUN npm ci --ignore-scripts
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends haproxy && rm -rf /var/lib/apt/lists/*
WORKDIR /sluice
ENV NODE_ENV=production NODE_COMPILE_CACHE=/var/cache/sluice
COPY --from=build /sluice/node_modules node_modules
COPY --from=build /sluice/dist dist
COPY --from=build /sluice/package.json ./
COPY bin bin
COPY tools tools
COPY templates templates
VOLUME /var/lib/sluice
EXPOSE 80 443 9090 9091 9092
# Whether it lives, not whether it is ready: Marathon away is no reason to restart the edge.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "require('http').get({socketPath:(process.env.SLUICE_RUN_DIR||'/run/sluice')+'/sluice.sock',path:'/health'},r=>process.exit(r.statusCode===200?0:1)).on('error',()=>process.exit(1))"]
# The arguments are those of a Marathon-LB container.
ENTRYPOINT ["node", "/sluice/bin/sluice.js"]
CMD ["sse", "--health-check", "--group", "external"]
