"""Wiring, all of it from the environment. `.env.example` lists every setting."""

import os
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tracker import dotenv
from tracker.secrets import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
try:
    dotenv.load(BASE_DIR)
except (ValueError, OSError) as fault:
    raise ImproperlyConfigured(f"The settings cannot be read: {fault}. Each line is NAME=value.") from None


def _flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def _list(name: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


def _number(name: str, default: int, least: int = 0, most: int = 10**9) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdecimal() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


VAR_DIR = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()
DEBUG = _flag("DEBUG", False)
# where matplotlib keeps what it knows of fonts: a home may be read-only, and each process would look for them anew
os.environ.setdefault("MPLCONFIGDIR", str(VAR_DIR / "run" / "matplotlib"))
SECRETS_DIR = VAR_DIR / "secrets"  # the photos' data keys lie here too (tracker/pictures/keys.py)
try:
    VAR_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    SECRET_KEY = secret_key(os.environ.get("SECRET_KEY"), SECRETS_DIR)
except OSError as fault:
    raise ImproperlyConfigured(
        f"The folder VAR_DIR cannot be used ({fault.strerror}: {fault.filename}). Give it to the account that runs this: "
        f"chown -R {os.geteuid()} {VAR_DIR}"
    ) from None

PORT = _number("PORT", 8000, 1, 65535)
HOST = os.environ.get("HOST") or "127.0.0.1"
PUBLIC_URL = (os.environ.get("PUBLIC_URL") or f"http://localhost:{PORT}").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
EVERYWHERE = {"0.0.0.0", "::", "[::]"}  # noqa: S104 # listened on, and nobody's name
_NAMES = ["localhost", "127.0.0.1", "[::1]", HOST, urlsplit(PUBLIC_URL).hostname or "", *_list("ALLOWED_HOSTS")]
ALLOWED_HOSTS = [name for name in _NAMES if name not in EVERYWHERE]
ASKED_INSIDE = ("/healthz", "/metrics")  # by who knows a process by its address: past the proxy, and by any name
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXIES = _number("TRUSTED_PROXIES", 0)

# --- Applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "tracker.apps.TrackerConfig",
    "api.apps.ApiConfig",
    "frontend.apps.FrontendConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "csp",
]

MIDDLEWARE = [
    "api.counting.CountRequests",
    "api.machines.ByAnyName",
    "frontend.middleware.Guard",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.house",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

# --- Database ---------------------------------------------------------------------------------------------------------


def _database(url: str) -> dict[str, object]:
    try:
        found: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
    except ValueError:  # its own words may quote the password
        raise ImproperlyConfigured("DATABASE_URL must look like postgres://user:password@host:5432/name") from None
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: a receipt lets the phone drop its copy, so a committed row must outlive a power cut
            # secure_delete: what is deleted is overwritten, so that what was erased is gone from the file too
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
            "PRAGMA secure_delete=ON;",
        }
    if found["ENGINE"] == "django.db.backends.postgresql":
        # the third time a query of tracker/models/prepared.py is asked on a connection, it is prepared there
        options = found.setdefault("OPTIONS", {})
        if options.setdefault("prepare_threshold", 2) == 0:
            # the operator's word for a pooler in between that hands out transactions: it keeps neither what was
            # prepared nor an open cursor for the same connection (psycopg's own 0 would prepare everything at once)
            options["prepare_threshold"], found["DISABLE_SERVER_SIDE_CURSORS"] = None, True
    return found


DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'diary.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis, Celery ----------------------------------------------------------------------------------------------------

REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
            "KEY_PREFIX": "lump",
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# The API's throttles count in each process: a diary must take an entry while Redis is away.
CACHES["throttle"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "throttle"}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BEAT_SCHEDULE = {
    # every entry expires before its next turn: a worker that was away must not find a heap of them
    "sweep-deliveries": {"task": "tracker.sweep", "schedule": 15.0, "options": {"expires": 14}},
    "scan-lumps": {"task": "tracker.scan", "schedule": 300.0, "options": {"expires": 290}},
    "post-reminders": {"task": "tracker.remind", "schedule": 60.0, "options": {"expires": 55}},
    "sweep-photos": {"task": "tracker.photos", "schedule": 60.0, "options": {"expires": 55}},
    "read-photos": {"task": "tracker.readings", "schedule": 60.0, "options": {"expires": 55}},
    "keep-photo-store": {"task": "tracker.store", "schedule": 3600.0, "options": {"expires": 3500}},
    "tidy": {"task": "tracker.tidy", "schedule": 3600.0, "options": {"expires": 3500}},
    "nightly": {"task": "tracker.nightly", "schedule": 900.0, "options": {"expires": 890}},
}

# --- Mail -------------------------------------------------------------------------------------------------------------


def _mail(url: str) -> dict[str, object]:
    if not url:
        return {"EMAIL_BACKEND": "tracker.notifications.mailbox.FolderBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp+tls://user:password@mail.example.org:587")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587 if parts.scheme == "smtp+tls" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": int(parse_qs(parts.query).get("timeout", ["10"])[0]),
    }


globals().update(_mail(os.environ.get("EMAIL_URL", "")))
MAIL_DIR = VAR_DIR / "mail"
MAIL_IN_FOLDER = not os.environ.get("EMAIL_URL")
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM") or "Your diary <diary@localhost>"  # a lock screen shows it
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_BOUNCES = os.environ.get("EMAIL_BOUNCES") or DEFAULT_FROM_EMAIL  # where what cannot be brought goes back to
if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise ImproperlyConfigured("EMAIL_FROM must hold an address, such as Your diary <diary@example.org>")
EMAIL_SUBJECT_PREFIX = ""

# --- Accounts ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "tracker.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/app/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "frontend.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a letter after every change to the account
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds for which "it is me" counts
ACCOUNT_FORMS = {"signup": "frontend.accounts.SignupForm"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Lump Diary"
USERSESSIONS_TRACK_ACTIVITY = True
USERSESSIONS_ADAPTER = "frontend.accounts.SessionsAdapter"
THROTTLE = _flag("THROTTLE", True)
LOG_IN_LIMITS = {
    # strangers at one account, and one address at all accounts; a device that is known counts by itself
    # (frontend/doorkeeper.py), so no limit on an address alone may stand before it
    "login_failed": "20/m/ip,10/15m/key",
    "login_failed_known": "10/15m/key",
    "login": None,
    "reauthenticate": "10/15m/user",
    "change_password": "10/15m/user",  # nosec B105
    "reset_password": "20/m/ip,5/h/key",  # nosec B105 - letters to one address; each of the five opens it
}
ACCOUNT_RATE_LIMITS: dict[str, str | None] | bool = LOG_IN_LIMITS if THROTTLE else False
SIGNUP = os.environ.get("SIGNUP") or "open"
if SIGNUP not in {"open", "invited", "closed"}:
    raise ImproperlyConfigured(f"SIGNUP must be open, invited or closed, not {SIGNUP!r}.")


def _oidc(url: str) -> dict[str, object]:
    """Logging in by the operator's own OpenID Connect server; nothing where OIDC_URL is not set."""
    if not url:
        return {}
    parts, client = urlsplit(url), os.environ.get("OIDC_CLIENT_ID", "")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not client:
        raise ImproperlyConfigured(
            "OIDC_URL must look like https://id.example.org/realm, and OIDC_CLIENT_ID must be set"
        )
    app = {
        "provider_id": "own",
        "name": os.environ.get("OIDC_NAME") or parts.hostname,
        "client_id": client,
        "secret": os.environ.get("OIDC_CLIENT_SECRET", ""),
        "settings": {"server_url": url, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


OIDC_URL = os.environ.get("OIDC_URL", "").rstrip("/")
SOCIALACCOUNT_PROVIDERS = _oidc(OIDC_URL)
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False
# an address that server vouches for opens no account made here: one logs in first, and then connects the two
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False

# --- Sessions, cookies, headers ---------------------------------------------------------------------------------------

# A cookie named __Host- is bound to this host and to HTTPS; plain HTTP on a clone cannot carry one.
_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_PREFIX}session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 180 * 24 * 3600
CSRF_COOKIE_NAME = f"{_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "frontend.views.errors.csrf_failure"
SHARE_COOKIE_NAME = f"{_PREFIX}share"
DEVICE_COOKIE_NAME = f"{_PREFIX}device"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of their own
SECURE_SSL_REDIRECT = HTTPS and _flag("HTTPS_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [f"^{path.removeprefix('/')}$" for path in ASKED_INSIDE]
SECURE_HSTS_SECONDS = _number("HSTS_SECONDS", 3600 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = _flag("HSTS_SUBDOMAINS", HTTPS)
SECURE_HSTS_PRELOAD = _flag("HSTS_PRELOAD", HTTPS)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "frame-src": ["'self'"],
        # the form that logs in by one's own server is redirected there
        "form-action": ["'self'", *(["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_URL))] if OIDC_URL else [])],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

# --- Limits -----------------------------------------------------------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
PHOTO_MAX_BYTES = 15 * 1024 * 1024
PHOTOS_PER_ENTRY = 4
PHOTO_QUOTA_BYTES = _number("PHOTO_QUOTA_MB", 2000) * 1024 * 1024

# --- Interface --------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.auth.TokenAuthentication", "api.auth.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.auth.SignedInAndAllowed"],
    "DEFAULT_RENDERER_CLASSES": ["api.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.PerAccount"] if THROTTLE else [],
    "EXCEPTION_HANDLER": "api.errors.handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lump Diary",
    "DESCRIPTION": "A diary for somebody who has found a lump. It is not a diagnosis.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],  # the usual one makes components of enums and loses their null
}

# --- Language, time, files --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
REGION = os.environ.get("REGION") or ""  # wording pack where a person has not picked one; empty: by their language

FILE_UPLOAD_PERMISSIONS = 0o600
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
PWA_DIST = BASE_DIR / "frontend" / "pwa" / "dist"
BODYMAP = BASE_DIR / "frontend" / "static" / "pictures" / "bodymap.svg"  # the report draws with it too
STATICFILES_DIRS: list[object] = [BASE_DIR / "frontend" / "static"]
if PWA_DIST.is_dir():
    STATICFILES_DIRS.append(("app", PWA_DIST))
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "photos": {"BACKEND": "tracker.pictures.disk.DurableStorage", "OPTIONS": {"location": VAR_DIR / "photos"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def _bucket(url: str) -> dict[str, object]:
    """s3://key:secret@host/bucket?region=…, or s3+http:// for a store without TLS in one's own network."""
    from botocore.config import Config  # only where it is asked for

    parts = urlsplit(url)
    if parts.scheme not in {"s3", "s3+http"} or not parts.hostname or not parts.path.strip("/"):
        raise ImproperlyConfigured("STORAGE_URL must look like s3://key:secret@s3.example.org/bucket?region=eu-west-1")
    port = f":{parts.port}" if parts.port else ""
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.path.strip("/"),
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "endpoint_url": f"{'https' if parts.scheme == 's3' else 'http'}://{parts.hostname}{port}",
            "region_name": parse_qs(parts.query).get("region", [None])[0],
            # a store that hangs must not hold up those who wait for an answer
            "client_config": Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2}),
        },
    }


if os.environ.get("STORAGE_URL"):
    STORAGES["photos"] = _bucket(os.environ["STORAGE_URL"])

LOG_LEVEL = os.environ.get("LOG_LEVEL") or "INFO"
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured(f"LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {LOG_LEVEL!r}.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"hide_secrets": {"()": "tracker.redaction.HideSecrets"}},
    "formatters": {
        "line": {"()": "tracker.watching.logs.Lines", "fmt": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["hide_secrets"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # here too, and not at the handler alone: whoever else listens (a fault reporter) hears it so
        "django.request": {"level": "ERROR", "filters": ["hide_secrets"]},
        "django.security.csrf": {"filters": ["hide_secrets"]},
        "celery": {"level": "WARNING"},
        # in lines as all others are: left alone it writes its own
        "gunicorn.error": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "kombu": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}

VAPID_KEY_FILE = SECRETS_DIR / "vapid.pem"
PUSH_HOSTS = _list("PUSH_HOSTS")  # push services beside the browser makers' own; ".example.org" for all below it
NTFY_HOSTS = _list("NTFY_HOSTS")  # ntfy servers that people may have messages sent to; none: ntfy is not offered
PUSH_INSIDE = False  # tests alone let a push service or an ntfy server live on this machine
WATCHDOG_URL = os.environ.get("WATCHDOG_URL") or ""

# --- Backups, watching ------------------------------------------------------------------------------------------------

BACKUP_DIR = os.environ.get("BACKUP_DIR") or ""  # with BACKUP_PASSPHRASE, which tracker/backups/passphrase.py reads
BACKUP_KEEP = _number("BACKUP_KEEP", 14, 1)
BACKUP_HOUR = _number("BACKUP_HOUR", 2, 0, 23)
METRICS_TOKEN = os.environ.get("METRICS_TOKEN") or ""
if 0 < len(METRICS_TOKEN) < 24:
    raise ImproperlyConfigured("METRICS_TOKEN needs 24 random characters or more.")
if METRICS_TOKEN:  # each process counts into a file there; set before prometheus_client is imported, which looks once
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(VAR_DIR / "run" / "metrics"))
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True, mode=0o700)
if _flag("LOG_JSON", False):
    LOGGING["formatters"] = {"line": {"()": "tracker.watching.logs.JSONLines"}}
if os.environ.get("SENTRY_DSN"):
    from tracker.watching import faults

    try:
        faults.report_to(os.environ["SENTRY_DSN"])
    except ValueError:  # its own words may quote the key
        raise ImproperlyConfigured("SENTRY_DSN must look like https://key@faults.example.org/1") from None
