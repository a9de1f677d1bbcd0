# The image of web, worker, beat and migrate. Built from the production lock alone.

FROM python:3.11-slim-bookworm AS packages
COPY requirements/production.txt /tmp/production.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/production.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    STATIC_ROOT=/srv/static
# A fixed number: volumes and security policies can name it.
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid app --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin app
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/app
COPY . .
# The files belong to root: the running processes cannot change their own code. Compiled here, for the same reason.
RUN python -m compileall -q . \
    && SECRET_KEY=only-while-building python manage.py collectstatic --noinput --verbosity 0
USER 10001:10001
EXPOSE 8000
# /tmp is the one place to write to; gunicorn's workers report there that they are alive.
CMD ["gunicorn", "config.wsgi", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000", \
     "--workers", "3", "--threads", "4", "--worker-tmp-dir", "/tmp", \
     "--max-requests", "5000", "--max-requests-jitter", "500", "--timeout", "60", "--graceful-timeout", "30"]
