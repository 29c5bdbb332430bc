# syntax=docker/dockerfile:1

FROM python:3.13-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/sumun UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN python -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir "uv>=0.13,<0.14"
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN /opt/uv/bin/uv sync --frozen --no-cache --no-default-groups --extra postgres --no-install-project
COPY src ./src
RUN /opt/uv/bin/uv sync --frozen --no-cache --no-default-groups --extra postgres --no-editable

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="Sumun" \
      org.opencontainers.image.description="Authorization server and data-protection gateway for the Model Context Protocol" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 sumun \
    && useradd --uid 10001 --gid sumun --no-create-home --home-dir /var/lib/sumun --shell /usr/sbin/nologin sumun \
    && install --directory --mode=0700 --owner=sumun --group=sumun /var/lib/sumun
COPY --from=build /opt/sumun /opt/sumun
ENV PATH=/opt/sumun/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SUMUN_DATA_DIR=/var/lib/sumun \
    SUMUN_SERVER__HOST=0.0.0.0
USER 10001:10001
WORKDIR /var/lib/sumun
VOLUME /var/lib/sumun
EXPOSE 8081
# Not urlopen: in many containers it would ask a proxy.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8081, timeout=2); c.request('GET', '/readyz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["sumun"]
CMD ["serve"]
