"""One settings module, read from the environment.

With nothing set the portal runs embedded: SQLite, mails written to files, jobs in a worker on a filesystem broker,
no Redis. ``DATABASE_URL``, ``REDIS_URL``, ``EMAIL_URL`` … turn on the real parts; ``.env.example`` lists them all.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from jaim_portal.evidence_storage import evidence_storage

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(env.str("PORTAL_ENV_FILE", str(BASE_DIR / ".env")), overwrite=False)

PRODUCTION = env.bool("PORTAL_PRODUCTION", False)
DEMO = env.bool("PORTAL_DEMO", False)
DEBUG = env.bool("DEBUG", False)
VAR_DIR = Path(env.str("PORTAL_VAR_DIR", str(BASE_DIR / "var")))
(VAR_DIR / "static").mkdir(parents=True, exist_ok=True)

EMBEDDED_SECRET = "embedded-secret-for-a-portal-that-nobody-but-you-can-reach"  # noqa: S105
SECRET_KEY = env.str("SECRET_KEY", EMBEDDED_SECRET)
# Encrypts account numbers at rest; the first key encrypts, all of them decrypt (rotation).
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[EMBEDDED_SECRET])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PORTAL_URL = env.str("PORTAL_URL", "http://localhost:8000").rstrip("/")

if PRODUCTION:
    for reason, found in {
        "SECRET_KEY is the embedded one": SECRET_KEY == EMBEDDED_SECRET,
        "FIELD_ENCRYPTION_KEYS holds the embedded one": EMBEDDED_SECRET in FIELD_ENCRYPTION_KEYS,
        "DEBUG is on": DEBUG,
        "PORTAL_DEMO is on": DEMO,
        "PORTAL_URL is not https": not PORTAL_URL.startswith("https://"),
    }.items():
        if found:
            raise ImproperlyConfigured(f"The portal does not start in production: {reason}.")

INSTALLED_APPS = [
    "jaim_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "audit",
    "mailing",
    "members",
    "discounts",
    "fees",
    "renewals",
    "jaim_portal.apps.PortalConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jaim_portal.private_pages.PrivatePagesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "jaim_portal.second_factor.StaffSecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "jaim_portal.urls"
WSGI_APPLICATION = "jaim_portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jaim_portal.context.portal",
            ],
            "builtins": ["jaim_portal.templatetags.japanese"],
        },
    },
]

# --- data ---------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Recursive triggers: REPLACE, too, meets those that refuse to delete.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; "
        "PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
        }
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
            # Beyond its 300 by default Django drops entries that are still wanted: counts of failed logins.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    )
}

# --- people -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "jaim_portal.roles.LoginBackend",
    "jaim_portal.roles.RoleBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "jaim_portal.accounts.PortalAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {
    "login": "jaim_portal.account_forms.LoginForm",
    "reset_password": "jaim_portal.account_forms.ResetPasswordForm",
    "change_password": "jaim_portal.account_forms.ChangePasswordForm",
    "reauthenticate": "jaim_portal.account_forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "jaim_portal.account_forms.CodeForm",
    "reauthenticate": "jaim_portal.account_forms.CodeAgainForm",
    "activate_totp": "jaim_portal.account_forms.ActivateTOTPForm",
}
# How many proxies in front add to X-Forwarded-For: rate limits count by the address before them.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PORTAL_TRUSTED_PROXIES", 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "JAIM 賛助会員マイページ"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=24).total_seconds())
INVITATION_TIMEOUT = timedelta(days=14)

# --- the browser --------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# W005, W021: whether other hosts of the domain speak https, too, is not the portal's to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
CSRF_FAILURE_VIEW = "jaim_portal.pages.form_expired"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "jaim_portal.static_files.StaticFiles"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
    "evidence": evidence_storage(env, VAR_DIR / "evidence"),
}
WHITENOISE_USE_FINDERS = not PRODUCTION

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

# --- mail ---------------------------------------------------------------------------------------------------------

MAIL_FILES_DIR = VAR_DIR / "mails"
if env.str("EMAIL_URL", ""):
    globals().update(env.email_url("EMAIL_URL"))
    EMAIL_TIMEOUT = 30
else:
    EMAIL_BACKEND = "mailing.mail_files.MailFilesBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "JAIM 賛助会員事務局 <noreply@localhost>")
MAIL_DOMAIN = env.str("MAIL_DOMAIN", "localhost")
# Providers defer or block who hands in a whole season at once. 0: as fast as the server takes them.
MAIL_PER_SECOND = env.float("MAIL_PER_SECOND", 100.0)
MAIL_CLAIM = timedelta(seconds=env.int("MAIL_CLAIM_SECONDS", 120))

# --- the season ---------------------------------------------------------------------------------------------------

# How many business days before the debit day the debit file has to be with the bank. Our sources do not say.
DEBIT_FILE_LEAD_BUSINESS_DAYS = env.int("DEBIT_FILE_LEAD_BUSINESS_DAYS", 5)

# --- evidence -----------------------------------------------------------------------------------------------------

MEGABYTE = 1024 * 1024
# Of one file, and of all files of one claim together.
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", 10 * MEGABYTE)
EVIDENCE_MAX_PAGES = env.int("EVIDENCE_MAX_PAGES", 40)
EVIDENCE_MAX_TOTAL_BYTES = env.int("EVIDENCE_MAX_TOTAL_BYTES", 30 * MEGABYTE)
EVIDENCE_MAX_TOTAL_PAGES = env.int("EVIDENCE_MAX_TOTAL_PAGES", 100)
# What the child process that opens a PDF may take; for a file nobody has looked at yet it takes less memory.
EVIDENCE_SECONDS = env.float("EVIDENCE_SECONDS", 10.0)
EVIDENCE_MEMORY = env.int("EVIDENCE_MEMORY", 512 * MEGABYTE)
# nginx sends the files itself where this names its internal location for VAR_DIR/evidence.
EVIDENCE_X_ACCEL_PREFIX = env.str("EVIDENCE_X_ACCEL_PREFIX", "")
# A ClamAV daemon that looks at every file first; without it none does.
CLAMD_URL = env.str("CLAMD_URL", "")
CLAMD_SECONDS = env.float("CLAMD_SECONDS", 30.0)

# --- jobs ---------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "filesystem://"
if not REDIS_URL:
    BROKER_DIR = VAR_DIR / "broker"
    for folder in ("messages", "processed", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.1,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- logs: events and numbers, never names, addresses or bodies -----------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
