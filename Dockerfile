# The service: one image for API, worker, beat and the preparation of a deployment (see docker-compose.yml).

FROM python:3.13.13-slim-trixie AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/mingce
COPY requirements.runtime.lock /build/
# Wheels only, each with its hash: nothing is run at the installation, and nothing comes that was not locked.
RUN ["/opt/mingce/bin/pip", "install", "--require-hashes", "--only-binary=:all:", "--requirement", "/build/requirements.runtime.lock"]
COPY service /app/service
COPY schema /app/schema
COPY workers /app/workers
COPY storage /app/storage
COPY --chmod=755 deploy/crm /opt/mingce/bin/crm
# Compiled here: at run time the file system is read-only.
RUN ["/opt/mingce/bin/python", "-m", "compileall", "-q", "/app", "/opt/mingce/lib"]

FROM python:3.13.13-slim-trixie

RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 mingce \
    && useradd --uid 10001 --gid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin mingce \
    && install --directory --owner 10001 --group 10001 --mode 700 /run/mingce /var/lib/mingce/keys
COPY --from=build /opt/mingce /opt/mingce
COPY --from=build /app /app

ENV PATH=/opt/mingce/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CRM_HOME=/run/mingce \
    CRM_HOST=0.0.0.0
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# Life only. Whether requests should come here is asked at /readyz.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "service.app.health", "api"]
# Passes signals on, and buries the children of children.
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["crm", "serve"]
