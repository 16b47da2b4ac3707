# One node of the edge: Sluice on Node.js, and HAProxy. docs/container.md tells how it is built and run.
# Both bases are Debian 12; BUILDER is any image of it with npm.
ARG BASE=debian:12-slim
ARG BUILDER=node:24-bookworm-slim

FROM ${BUILDER} AS build
WORKDIR /sluice
# Where npm finds packages, if not where it looks by itself: --build-arg npm_config_registry=URL
ARG npm_config_registry
# The very Node.js that the tests ran on, by the hash in its lock.
COPY tools tools
RUN npm ci --prefix tools/node --ignore-scripts --no-audit --no-fund
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY src src
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && find node_modules -type f '(' -name '*.ts' -o -name '*.[cm]ts' -o -name '*.map' -o -name '*.md' ')' -delete \
 && find node_modules -type d -empty -delete

FROM ${BASE}
# /marathon-lb is where Marathon-LB's image had its first process, and templates for images that are built upon it.
# Ports below 1024 without root: both programs are given that one right. Node.js needs it to try a port before HAProxy is told to listen there.
RUN --mount=type=bind,from=build,source=/sluice/tools/node/node_modules,target=/mnt/node \
    apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends haproxy libcap2-bin \
 && cp /mnt/node/node-linux-*/bin/node /usr/local/bin/node \
 && setcap cap_net_bind_service=+ep /usr/local/bin/node \
 && setcap cap_net_bind_service=+ep /usr/sbin/haproxy \
 && apt-get purge -y --auto-remove libcap2-bin \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* \
 && groupadd --gid 65532 sluice \
 && useradd --uid 65532 --gid sluice --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin sluice \
 && install -d -m 700 -o sluice -g sluice /run/sluice /var/lib/sluice \
 && ln -s /sluice/bin/sluice.js /usr/local/bin/sluice \
 && install -d /marathon-lb/templates \
 && ln -s /sluice/container/entry.sh /marathon-lb/run
WORKDIR /sluice
COPY package.json ./
COPY bin bin
COPY tools/node-path.js tools/
COPY templates templates
COPY docs docs
COPY deploy/container container
COPY --from=build /sluice/node_modules node_modules
COPY --from=build /sluice/dist dist
ENV NODE_ENV=production
# By number: who wants to see that it is not root need not look into the image.
USER 65532:65532
# Owned by that user also where nothing is mounted there, and with a read-only root.
VOLUME ["/run/sluice", "/var/lib/sluice"]
EXPOSE 80 443 9090 9091
STOPSIGNAL SIGTERM
# Whether Sluice lives, not whether it is ready: Marathon away is no reason to restart the edge.
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["node", "/sluice/container/health.js"]
# The arguments are those of a Marathon-LB container: sse --marathon URL --group external
ENTRYPOINT ["/sluice/container/entry.sh"]
# Without any: those that Marathon-LB's image had.
CMD ["sse", "--health-check", "--group", "external"]
