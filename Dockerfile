# One image for all services of the shop; the command says which: docker run foldline-shop serve products
# The target `runtime` is Foldline alone, on which `foldline package` puts the functions of one service.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends gcc libc6-dev python3-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
RUN python -m venv /opt/build && python -m venv --without-pip /opt/venv
COPY requirements/build.txt requirements/service.txt requirements/fast.txt requirements/
RUN /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt
RUN /opt/build/bin/pip --python /opt/venv install --no-cache-dir --require-hashes -r requirements/service.txt
RUN /opt/build/bin/pip wheel --no-cache-dir --require-hashes --no-build-isolation -r requirements/fast.txt -w /wheels
COPY pyproject.toml README.md LICENSE ./
COPY runtime runtime
RUN /opt/build/bin/hatchling build -t wheel -d /wheels \
 && /opt/build/bin/pip --python /opt/venv install --no-cache-dir --no-index --no-deps /wheels/*.whl

FROM ${BASE} AS runtime
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    FOLDLINE_BIND=0.0.0.0:8000 \
    FOLDLINE_DRAIN=3
WORKDIR /app
RUN install -d -o 10001 -g 10001 var
# State is rebuilt from the log wherever it is missing, so each container may have a volume of its own.
VOLUME /app/var
EXPOSE 8000
USER 10001:10001
# Whether it lives, not whether it is ready: while no broker answers it still serves reads, and must not be replaced.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["python", "-ISc", "from os import environ; from urllib.request import urlopen; urlopen('http://127.0.0.1:%s/livez' % environ['FOLDLINE_BIND'].rpartition(':')[2], timeout=4)"]
ENTRYPOINT ["foldline"]
CMD ["--help"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Foldline" \
      org.opencontainers.image.description="Event-sourced services made of small functions over a Kafka log" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM runtime
COPY topics.yaml ./
COPY functions functions
COPY dashboard_web dashboard_web
