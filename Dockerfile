# One image for web, worker, beat and pump. Nothing is kept inside: state lives in Postgres.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt /tmp/requirements.txt
RUN /venv/bin/pip install --require-hashes --no-deps -r /tmp/requirements.txt
COPY . /app
WORKDIR /app
# The key only lets the settings load; the real one comes from the environment when a container starts.
RUN SECRET_KEY=image-build NETVALUE_DATA=/srv/netvalue /venv/bin/python manage.py collectstatic --noinput

FROM python:3.13-slim
RUN groupadd --system --gid 10001 netvalue && useradd --system --uid 10001 --gid netvalue --no-create-home netvalue
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build /srv/netvalue /srv/netvalue
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONTZPATH= NETVALUE_DATA=/srv/netvalue
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "64", "--respawn-failed-workers", "--no-ws", "netvalue.wsgi:application"]
