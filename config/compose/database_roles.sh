#!/bin/sh
# Run once, by the image of PostgreSQL, in a new volume: the role that owns the database and migrates it, and the one as
# which the application connects, which owns nothing. Neither is a superuser.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --set owner_password="$POSTGRES_PASSWORD" --set application_password="$POSTGRES_APP_PASSWORD" <<'SQL'
CREATE ROLE leads LOGIN CREATEDB PASSWORD :'owner_password';
CREATE ROLE leads_app LOGIN PASSWORD :'application_password';
ALTER DATABASE leads OWNER TO leads;
SQL
