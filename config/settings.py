"""Django settings: one file for every environment; differences come from environment variables.

The local stack writes its own variables to `.local/env` once; a production machine has no such file and has to set
every secret itself. Environment variables take precedence over the file.
"""

import logging
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.observability.logs import LOG_FORMATS, configure_structlog, logging_settings
from config.safety import unsafe_settings
from config.senders import read_sender

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
LOCAL_ENV_FILE = BASE_DIR / ".local" / "env"
if LOCAL_ENV_FILE.is_file():
    env.read_env(LOCAL_ENV_FILE)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. `make run` makes one for a laptop; production has to name its own."
    )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    # Before the admin: its templates/admin/ extend or replace Django's.
    "router",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "pgtrigger",
    "rest_framework",
    "core",
    "leads",
    "leads.imports",
    "leads.intake",
    "leads.notifications",
    "feedback",
    "support",
    # Its triggers are on tables of the two before it, too.
    "leads.privacy",
    "performance",
    # Its commands: inspect_database and adopt_database.
    "config",
]

MIDDLEWARE = [
    # First: they see every request, and all of its time.
    "config.observability.requests.RequestMetricsMiddleware",
    "config.observability.requests.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.NoStoreMiddleware",
    # These two also see the responses of middleware below that rejects a request.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.OddRequestMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # After the user is known: sends the author of row changes to the audit events (`core.audit.triggers`).
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.ViewerZoneMiddleware",
    # Last: replaces the response to a locked-out user by the page that says so.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.web.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Read only when something connects, so that `check` and the type checker work without a server.
DATABASE_POOLED = env.bool("DATABASE_POOLED", default=False)
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres:///leads"),
        "ENGINE": "config.postgresql",
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        # A server-side cursor ends with its transaction, and behind a pooler the next one gets another connection.
        # Prepared statements are off in any case: that is Django's default.
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
    }
}
# For the web processes only, in seconds; 0: no limit. See `config.web.database`.
WEB_LOCK_SECONDS = env.float("WEB_LOCK_SECONDS", default=5.0)
WEB_STATEMENT_SECONDS = env.float("WEB_STATEMENT_SECONDS", default=30.0)
WEB_IDLE_TRANSACTION_SECONDS = env.float("WEB_IDLE_TRANSACTION_SECONDS", default=60.0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "admin:login"

# -- Guessed passwords: limits of failures by name and address, and by address; see docs/operations.md.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", default=5)
LOGIN_FAILURES_ADDRESS = env.int("LOGIN_FAILURES_ADDRESS", default=50)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_LOCK_MINUTES", default=15))
AXES_USERNAME_CALLABLE = "core.auth.lockout.name_tried"
AXES_HANDLER = "core.auth.lockout.LockoutHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_CLIENT_IP_CALLABLE = "core.api.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "router.staff.lockout.locked_out_page"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# Only failures that count: no history of logins, and no form data.
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "user_agent", "csrfmiddlewaretoken", "next"]
AXES_VERBOSE = False
# Its admin pages; ours are in `core.admin.login_failures`.
AXES_ENABLE_ADMIN = False

PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands")]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Amsterdam")
USE_I18N = True
# Messages of the database's checks; each app has a catalog of its own.
LOCALE_PATHS = [BASE_DIR / "migrations_sql" / "locale"]
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / ".local" / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_BACKEND",
            default="whitenoise.storage.CompressedManifestStaticFilesStorage",
        )
    },
}

# -- Security: safe unless the local stack (plain HTTP on the loopback address) says otherwise.
SECURE = env.bool("SECURE", default=True)
# A working day, because pages show personal data, and windows are left open.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
TRUST_PROXY = env.bool("TRUST_PROXY", default=False)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Number of our own proxies in front of the web processes, each of which appends to `X-Forwarded-For`.
PROXY_COUNT = env.int("PROXY_COUNT", default=1) if TRUST_PROXY else 0
# The same in every environment. No inline script or style anywhere, Django's admin and htmx included.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

# -- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # Token first: its challenge makes an anonymous request a 401; session authentication would return 403.
        "core.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.UserThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.inputs.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.errors.problem_response",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Per minute: requests of one user, refused ones of one address, attempts to sign in of one address, leads of one
# address by the same page; 0: no limit.
API_RATE_VISITOR = env.int("API_RATE_VISITOR", default=10)
API_RATE_USER = env.int("API_RATE_USER", default=1200)
API_RATE_ANONYMOUS = env.int("API_RATE_ANONYMOUS", default=60)
API_RATE_LOGIN = env.int("API_RATE_LOGIN", default=30)
API_DESCRIPTION = """Leads, their partners, and why a lead went to whom.

**Who asks.** `Authorization: Token <token>`. People get a token at `/api/auth/login/`, intake clients from the admin.

**Errors** are JSON in one shape: `code` for programs, `detail` for people, in the language of `Accept-Language`, and
`fields`. Each answer lists its codes; a fault of ours is 500 with the code `error`.

**Lists** come in pages, newest first: follow `next` until it is null.

**`X-Request-ID`** of an answer stands in our logs: name it when you ask for help.

**Versions.** A field, a code or an endpoint may be added at any time; nothing is taken away or changes its meaning
within a version."""
SPECTACULAR_SETTINGS = {
    "TITLE": "Lead routing API",
    "DESCRIPTION": API_DESCRIPTION,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "leads.intake.api.origins.add_preflight",
        # Common to all endpoints.
        "core.api.schema.complete_schema",
    ],
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # Names of the enums of several fields called `type` or `status`.
    "ENUM_NAME_OVERRIDES": {
        "LeadStatus": "leads.vocabulary.LeadStatus",
        "TicketType": "support.models.SupportTicket.Type",
        "TicketStatus": "support.models.SupportTicket.Status",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# -- Celery: see docs/operations.md for what each schedule does.
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 900,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
    }
else:
    # A laptop's broker: a killed worker loses its message there; the sweep finds the lead all the same.
    _broker_dir = env.str("BROKER_DIR", default=str(BASE_DIR / ".local" / "broker"))
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": f"{_broker_dir}/queue",
        "data_folder_out": f"{_broker_dir}/queue",
        "control_folder": f"{_broker_dir}/control",
    }

# Counters shared by the web processes; without Redis each counts for itself. No request waits for an unavailable Redis.
_PROCESS_CACHE: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "OPTIONS": {"MAX_ENTRIES": 20_000},
}
_SHARED_CACHE: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": REDIS_URL,
    "KEY_PREFIX": "leads-rates",
    "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.25},
}
CACHES = {"default": _PROCESS_CACHE, "rates": _SHARED_CACHE if REDIS_URL else _PROCESS_CACHE}

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_CONSUMER = "config.broker:Consumer"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_PUBLISH_RETRY = False
# Otherwise a worker connects to the database anew for each task; `config.celery` manages the connection.
CELERY_DB_REUSE_MAX = 1_000
# Both shorter than the visibility timeout: a message is never redelivered while its task still runs.
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300

STATS_REFRESH_SECONDS = env.int("STATS_REFRESH_SECONDS", default=300)
STATS_MAX_AGE_SECONDS = env.int("STATS_MAX_AGE_SECONDS", default=1800)
SWEEP_SECONDS = env.int("SWEEP_SECONDS", default=60)
SWEEP_MAX_AGE_SECONDS = env.int("SWEEP_MAX_AGE_SECONDS", default=600)
SWEEP_TASK = "router.tasks.sweep_unassigned_leads"
CELERY_BEAT_SCHEDULE = {
    "refresh-partner-performance-stats": {
        "task": "performance.tasks.refresh_partner_performance_stats",
        "schedule": STATS_REFRESH_SECONDS,
        "options": {"expires": STATS_REFRESH_SECONDS},
    },
    # Finds something to do only once a day; the other runs make up for a missed one.
    "record-performance-history": {
        "task": "performance.tasks.record_performance_history",
        "schedule": crontab(minute=10),
        "options": {"expires": 3600},
    },
    "sweep-unassigned-leads": {
        "task": SWEEP_TASK,
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
}
# By name: `leads` does not import `router`, which stands above it.
ROUTE_LEAD_TASK = "router.tasks.assign_lead"

# -- Notifications of partners: see docs/notifications.md.
NOTIFY_SECONDS = env.int("NOTIFY_SECONDS", default=5)
# Key from which each webhook's secret is derived; changing it changes all of them.
WEBHOOK_KEY = env.str("WEBHOOK_KEY", default="") or SECRET_KEY
WEBHOOK_ALLOW_HTTP = env.bool("WEBHOOK_ALLOW_HTTP", default=False)
WEBHOOK_PRIVATE_NETWORKS = [ip_network(network) for network in env.list("WEBHOOK_PRIVATE_NETWORKS", default=[])]
# Allowed ports; with WEBHOOK_ALLOW_HTTP any port is allowed.
WEBHOOK_PORTS = [int(port) for port in env.list("WEBHOOK_PORTS", default=["443"])]
MARKETPLACE_LEAD_URL = env.str("MARKETPLACE_LEAD_URL", default="")
_mail_server = env.email_url("EMAIL_URL", default="smtp://localhost:25")
EMAIL_BACKEND = _mail_server["EMAIL_BACKEND"]
EMAIL_HOST = _mail_server["EMAIL_HOST"]
EMAIL_PORT = _mail_server["EMAIL_PORT"]
EMAIL_HOST_USER = _mail_server["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail_server["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail_server.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail_server.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
_sender = read_sender(env.str("DEFAULT_FROM_EMAIL", default="leads@localhost"))
DEFAULT_FROM_EMAIL = _sender.text if _sender else ""
# Domain of message ids in e-mails.
MAIL_DOMAIN = _sender.domain if _sender else ""
# A queue with a worker of its own, so that a hanging delivery delays no lead.
CELERY_TASK_ROUTES = {"leads.notifications.tasks.deliver_notifications": {"queue": "notifications"}}
CELERY_BEAT_SCHEDULE["deliver-notifications"] = {
    "task": "leads.notifications.tasks.deliver_notifications",
    "schedule": NOTIFY_SECONDS,
    "options": {"expires": NOTIFY_SECONDS},
}
CELERY_BEAT_SCHEDULE["forget-notifications"] = {
    "task": "leads.notifications.tasks.forget_notifications",
    "schedule": crontab(hour=3, minute=40),
    "options": {"expires": 3600},
}

# -- Intake: within this many days, the same person is not sold twice for the same industry; 0: sold every time.
DUPLICATE_DAYS = env.int("DUPLICATE_DAYS", default=30)
CELERY_BEAT_SCHEDULE["forget-intake-keys"] = {
    "task": "leads.intake.tasks.forget_intake_keys",
    "schedule": crontab(minute=25),
    "options": {"expires": 3600},
}

CELERY_BEAT_SCHEDULE["forget-login-failures"] = {
    "task": "core.tasks.forget_login_failures",
    "schedule": crontab(hour=3, minute=50),
    "options": {"expires": 3600},
}

# -- Personal data: see docs/privacy.md. Days until a lead is anonymised; 0: never.
RETENTION_DAYS = env.int("RETENTION_DAYS", default=180)
RETENTION_UNDECIDED_DAYS = env.int("RETENTION_UNDECIDED_DAYS", default=730)
CELERY_BEAT_SCHEDULE["anonymise-leads"] = {
    "task": "leads.privacy.tasks.anonymise_leads",
    # Several times a night, because a run ends after some minutes, whatever is left.
    "schedule": crontab(hour="1-5", minute=50),
    "options": {"expires": 3600},
}
CELERY_BEAT_SCHEDULE["forget-sessions"] = {
    "task": "core.tasks.forget_sessions",
    "schedule": crontab(minute=35),
    "options": {"expires": 3600},
}

# -- Monitoring: see docs/operations.md.
# Without one of the two, nobody can read `/metrics`.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_NETWORKS = [ip_network(network) for network in env.list("METRICS_NETWORKS", default=[])]

LOG_FORMAT = env.str("LOG_FORMAT", default="console" if DEBUG else "json")
if LOG_FORMAT not in LOG_FORMATS:
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}; it can be {' or '.join(LOG_FORMATS)}.")
LOGGING = logging_settings(level=env.str("LOG_LEVEL", default="INFO").upper(), form=LOG_FORMAT)
configure_structlog()
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG

# -- Refusal to start with unsafe settings: see `config.safety`.
UNSAFE_SETTINGS = unsafe_settings(
    secure=SECURE,
    debug=DEBUG,
    secret_key=SECRET_KEY,
    allowed_hosts=ALLOWED_HOSTS,
    csrf_trusted_origins=CSRF_TRUSTED_ORIGINS,
    proxy_count=PROXY_COUNT if TRUST_PROXY else None,
    webhook_allow_http=WEBHOOK_ALLOW_HTTP,
    webhook_key=WEBHOOK_KEY,
    webhook_private_networks=WEBHOOK_PRIVATE_NETWORKS,
    sender_is_valid=_sender is not None,
    metrics_token=METRICS_TOKEN,
    metrics_networks=METRICS_NETWORKS,
)
