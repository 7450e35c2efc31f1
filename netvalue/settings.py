"""Every setting of the site, for every machine.

What differs between machines is an environment variable, and README.md lists each one. A wrong value stops
the start with a sentence; a wrong combination is a system check (`netvalue/checks.py`).
"""

from __future__ import annotations

import math
import zoneinfo
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

from netvalue.outbox import idempotency, probes, relay, times

# One source of time-zone rules: the pinned wheel, whatever the machine has.
zoneinfo.reset_tzpath(to=())
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


# --- The place ---------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
# The address people type. Mails and redirects are built from it, never from a request's Host header.
NETVALUE_URL = env.str("NETVALUE_URL", "http://localhost:8000").rstrip("/")
_site = urlsplit(NETVALUE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname or _site.path:
    raise ImproperlyConfigured(
        f"NETVALUE_URL is {NETVALUE_URL!r}; it must look like https://netvalue.example.org"
    )
HTTPS = _site.scheme == "https"
LOOPBACK = _site.hostname in {"localhost", "127.0.0.1", "::1"}
NETVALUE_DATA = Path(env.str("NETVALUE_DATA", str(BASE_DIR / ".local")))

SECRET_KEY = env.str("SECRET_KEY", "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# Names every mail for ever; kept apart from SECRET_KEY because that one rotates.
MAIL_ID_KEY = env.str("MAIL_ID_KEY", "") or SECRET_KEY

ALLOWED_HOSTS = [_site.hostname, "localhost", "127.0.0.1", "[::1]", *env.list("ALLOWED_HOSTS", [])]
CSRF_TRUSTED_ORIGINS = [NETVALUE_URL, *env.list("CSRF_TRUSTED_ORIGINS", [])]
# How many proxies in front may be believed about the visitor's address and about https.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

ROOT_URLCONF = "netvalue.urls"
WSGI_APPLICATION = "netvalue.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Forms keep typed text up to this; files have their own limit at the door that takes them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = ["netvalue.uploads.OneFileWhereWanted"]
# Ten thousand contacts can be selected one by one, and a little more is said to be too many.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000

INSTALLED_APPS = [
    "netvalue.accounts",
    "netvalue.outbox",
    "netvalue.embedded",
    "netvalue.ui",
    "netvalue.demo",
    "contacts",
    "assessments",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "netvalue.headers.security_headers",
    "netvalue.headers.allowed_methods",
    "netvalue.headers.whole_cookies",
    "django.middleware.security.SecurityMiddleware",
    "netvalue.htmx.redirects",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "netvalue.headers.no_empty_pages",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "netvalue.accounts.middleware.SignInFirst",
    "allauth.account.middleware.AccountMiddleware",
    "netvalue.accounts.middleware.SessionsSeen",
    "netvalue.accounts.middleware.PersonsOwnDay",
    "netvalue.accounts.middleware.NobodyUncounted",
    "netvalue.accounts.middleware.InvalidFormsAre422",
    "assessments.missing.MissingChecks",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "netvalue.outbox.context.notices",
                "netvalue.accounts.context.signing_in",
            ],
        },
    },
]


# --- Database, queue, cache --------------------------------------------------------------------------

DATABASES = {"default": dj_database_url.parse(env.str("DATABASE_URL", "postgres:///netvalue"))}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a Postgres database (postgres://…).")
# Connections come from a pool per process; PgBouncer in transaction mode works with these settings.
DATABASE_POOL = env.int("DATABASE_POOL", 8)
DATABASES["default"] |= {"CONN_MAX_AGE": 0, "DISABLE_SERVER_SIDE_CURSORS": True}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "prepare_threshold": None,
    **({"pool": {"min_size": 1, "max_size": DATABASE_POOL, "timeout": 10}} if DATABASE_POOL else {}),
}

REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "netvalue",
        "OPTIONS": {"socket_connect_timeout": 5, "socket_timeout": 5},
    }
}

# Celery spells a unix socket differently from redis-py.
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_MAX_LOOP_INTERVAL = 20
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1200,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "global_keyprefix": "netvalue:",
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
}


# --- Who signs in ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# Long beats odd: no rules about digits and signs, but nothing short, common or like one's own name.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]

SIGN_UP = env.str("SIGN_UP", "open" if LOOPBACK else "closed")
if SIGN_UP not in {"open", "invite", "closed"}:
    raise ImproperlyConfigured(f"SIGN_UP is {SIGN_UP!r}; it must be open, invite or closed.")

# How many checks one address may begin in an hour without an account.
VISITOR_CHECKS_PER_HOUR = env.int("VISITOR_CHECKS_PER_HOUR", 60)

# Django's admin is for those who run the site, behind our own sign-in.
ADMIN = env.bool("ADMIN", False)


# --- Mail --------------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", "")
try:
    EMAIL_RELAY = relay.parse(EMAIL_URL) if EMAIL_URL else None
    # Tests run the same clockwork faster.
    EMAIL_TIMES = times.parse(env.str("EMAIL_TIMES", ""))
    EMAIL_PROBE = probes.parse(env.str("EMAIL_PROBE", ""))
    EMAIL_IDEMPOTENCY = idempotency.parse(env.str("EMAIL_IDEMPOTENCY", ""), EMAIL_TIMES)
except ValueError as sentence:
    raise ImproperlyConfigured(str(sentence)) from None
# How many mails a second leave at most, and through how many connections at once, over all processes.
EMAIL_RATE = env.float("EMAIL_RATE", 0)
EMAIL_SENDERS = env.int("EMAIL_SENDERS", 4)
if not (math.isfinite(EMAIL_RATE) and EMAIL_RATE >= 0) or not 1 <= EMAIL_SENDERS <= 64:
    raise ImproperlyConfigured("EMAIL_RATE is a number of mails a second, EMAIL_SENDERS one from 1 to 64.")
# A mail is its sender's for a lease, and must have its turn within half of that.
if 0 < EMAIL_RATE < 2 / EMAIL_TIMES.lease:
    raise ImproperlyConfigured(f"EMAIL_RATE is 0 for no limit, or at least {2 / EMAIL_TIMES.lease:.3f}.")
# The clock by which reminders are written down: one for all machines, however wrong their own are.
BUSINESS_CLOCK = "netvalue.outbox.clock.postgres_now"
MAIL_FROM = env.str("MAIL_FROM", "") or f"NetValue <netvalue@{_site.hostname}>"
DEFAULT_FROM_EMAIL = MAIL_FROM
# Each mail then comes back to an address of its own, and `manage.py bounces` reads what does.
MAIL_BOUNCE_DOMAIN = env.str("MAIL_BOUNCE_DOMAIN", "")
# Where answers to our mails go, if not to their sender.
MAIL_REPLY_TO = env.str("MAIL_REPLY_TO", "")
if MAIL_REPLY_TO and "@" not in parseaddr(MAIL_REPLY_TO)[1]:
    raise ImproperlyConfigured(
        f"MAIL_REPLY_TO is {MAIL_REPLY_TO!r}; it must look like Ann Berg <ann@example.org>"
    )
# How far the pump had come, outside of Postgres: a database that was put back knows less.
MAIL_MARKER = NETVALUE_DATA / "mail-marker"


# --- Signing in, by django-allauth ----------------------------------------------------------------------

ACCOUNT_ADAPTER = "netvalue.accounts.adapter.Adapter"
# Accounts know nothing of the outbox: this is where their mail goes, and who is told of a new zone or hour.
ACCOUNT_MAIL = "netvalue.outbox.accountmail.queue"
ACCOUNT_CHANGED = "netvalue.outbox.planning.user_changed"
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_FORMS = {
    "signup": "netvalue.accounts.forms.SignUpForm",
    "login": "netvalue.accounts.forms.SignInForm",
    "add_email": "netvalue.accounts.forms.ChangeAddressForm",
    "confirm_email_verification_code": "netvalue.accounts.forms.CodeForm",
    "change_password": "netvalue.accounts.forms.ChangePasswordForm",
    "set_password": "netvalue.accounts.forms.SetPasswordForm",
    "reset_password": "netvalue.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "netvalue.accounts.forms.NewPasswordForm",
    "reauthenticate": "netvalue.accounts.forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_CHANGE_EMAIL = True
# An address is proved by a code typed into the browser that signed up: what was begun there stays there.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_URL else "none"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = bool(EMAIL_URL)
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_GET = False
# A new password ends every other session (their hash no longer fits) and keeps the one it was typed in.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
USERSESSIONS_TRACK_ACTIVITY = True


# --- Languages, time, static files --------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "netvalue" / "locale"]
FORMAT_MODULE_PATH = ["netvalue.formats"]
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = NETVALUE_DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "netvalue.ui.storage.BundledStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
FORM_RENDERER = "netvalue.ui.forms.Renderer"


# --- What is written down ------------------------------------------------------------------------------

# Without DEBUG Django itself only mails errors to administrators: their traces belong into the log.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO" if DEBUG else "ERROR"},
        # Anybody can name a wrong host; that is answered, and nothing to wake up for.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}


# --- Security ----------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-netvalue_session" if HTTPS else "netvalue_session"
CSRF_COOKIE_NAME = "__Host-netvalue_csrf" if HTTPS else "netvalue_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "netvalue.views.out_of_date"
# The name and the shape are Django 6's own. Scripts and styles are files of ours: no nonce, nothing unsafe.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
    "frame-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=()"
