# The image of web, worker, beat and migrate. Built from the production lock alone.
# Images have their digests: a tag may be another image tomorrow. For its fixes, take the newer digest of the same tag.

FROM python:3.11-slim-bookworm@sha256:528257d48c1da0dcecc2e725d1ae34498d60c965f1241e39cd6a85a8859bdf84 AS packages
COPY requirements/production.txt /tmp/production.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/production.txt

FROM python:3.11-slim-bookworm@sha256:528257d48c1da0dcecc2e725d1ae34498d60c965f1241e39cd6a85a8859bdf84
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
# /tmp is the one place to write to: large requests and answers wait there.
CMD ["python", "-m", "config.web", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", \
     "--max-requests", "5000", "--graceful-timeout", "30"]
