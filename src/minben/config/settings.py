"""Every setting, its laptop default and its name (docs/reference/settings.md)."""

import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF


def _flag(name: str, default: str) -> bool:
    return os.environ.get(name, default) == "1"


def _key(name: str, folder: Path) -> str:
    """A secret from the environment; on a laptop made once and kept where only its owner reads."""
    if name in os.environ:
        return os.environ[name]
    if not DEMO:
        raise RuntimeError(f"set {name}: outside the demo, secrets come from the environment only")
    path = folder / name.lower()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text("ascii")


# Where this runs
DEMO = _flag("MINBEN_DEMO", "1")
DEBUG = _flag("MINBEN_DEBUG", "0")
VAR = Path(os.environ.get("MINBEN_VAR", "var")).resolve()
PORT = int(os.environ.get("MINBEN_PORT", "8000"))
ORIGIN = os.environ.get("MINBEN_ORIGIN", f"http://localhost:{PORT}")
ALLOWED_HOSTS = os.environ.get("MINBEN_HOSTS", "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [ORIGIN]

# Secrets
SECRET_KEY = _key("MINBEN_SECRET_KEY", VAR / "keys")
# Encrypts numbers of people at rest and keys the digest by which they are found again.
NUMBER_KEY = _key("MINBEN_NUMBER_KEY", VAR / "keys")
# The seed that signs the trail's checkpoints; outside the demo it must exist.
TRAIL_KEY_FILE = Path(os.environ.get("MINBEN_TRAIL_KEY", VAR / "keys" / "trail"))
# The log's files, which the sequencer alone writes; the file lanes of other processes; the trust
# policy that is published: which witnesses, and how many of them.
TRAIL_FOLDER = Path(os.environ.get("MINBEN_TRAIL", VAR / "trail"))
TRAIL_LANES = Path(os.environ.get("MINBEN_LANES", VAR / "lanes"))
# Who stamps checkpoints with a time (RFC 3161; empty: nobody), and every how many.
TIME_STAMP_URL = os.environ.get("MINBEN_TSA_URL", "http://localhost:8043/" if DEMO else "")
STAMP_EVERY = int(os.environ.get("MINBEN_STAMP_EVERY", "100"))
TRAIL_POLICY_FILE = Path(os.environ.get("MINBEN_TRAIL_POLICY", TRAIL_FOLDER / "policy"))

# The folder of keys with which the authorization server signs; outside the demo it must hold one.
AUTHORIZATION_KEYS = Path(os.environ.get("MINBEN_AUTHORIZATION_KEYS", VAR / "keys" / "tokens"))

# Time: civil days come from `minben.jobs.clock`; the demo town starts on this day.
TODAY = os.environ.get("MINBEN_TODAY", "2022-09-15" if DEMO else "")
TIME_ZONE = "Asia/Taipei"
USE_TZ = True

# Parts of the platform that are processes of their own
AGENCIES = VAR / "agencies"
IDENTITY_PROVIDER_URL = os.environ.get("MINBEN_IDP_URL", "http://localhost:8010")
# Through which gateway transfers go; empty: straight to the provider.
GATEWAY_URL = os.environ.get("MINBEN_GATEWAY_URL", "")
GATEWAY_FOLDER = VAR / "gateway"
PSEUDONYM_AUTHORITY_URL = os.environ.get("MINBEN_PSEUDONYMS_URL", "http://localhost:8011")

INSTALLED_APPS = [
    "minben.ui",  # first: its templates stand before allauth's
    "minben.portal",
    "minben.office",
    "minben.api",
    "minben.life_events",
    "minben.cases",
    "minben.notices",
    "minben.exchange",
    "minben.screening",
    "minben.authorization",
    "minben.consent",
    "minben.identity",
    "minben.registry",
    "minben.ledger",
    "minben.places",
    "minben.trail",
    "minben.jobs",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
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
    "minben.ui.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "minben.config.urls"
ASGI_APPLICATION = "minben.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "minben.ui.context.page",
            ],
        },
    },
]

# The record. SQLite needs IMMEDIATE: deferred transactions lock each other out (measured).
DATABASES = {
    "default": dj_database_url.config(
        env="DATABASE_URL", default=f"sqlite:///{VAR}/minben.sqlite3", conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file, as in life: processes of their own meet in it, which memory cannot show.
    DATABASES["default"]["TEST"] = {"NAME": f"{VAR}/test.sqlite3"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who is there
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/sign-in"
# Tries to sign in from one address in five minutes; a town hall behind one address needs more.
SIGN_IN_TRIES = int(os.environ.get("MINBEN_SIGN_IN_TRIES", "30"))
DECIDE_TRIES = int(os.environ.get("MINBEN_DECIDE_TRIES", "600"))
LOGIN_REDIRECT_URL = "/for-you"
SESSION_COOKIE_AGE = 30 * 60  # people leave tables and counters; a warning comes first
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ORIGIN.startswith("https:")
CSRF_COOKIE_HTTPONLY = True
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_ADAPTER = "minben.identity.adapter.PasskeyAdapter"
MFA_PASSKEY_LOGIN_ENABLED = True
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"

# What a page may do
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Signing in and signing lead to the identity provider by a form's redirect.
        "form-action": [SELF, IDENTITY_PROVIDER_URL],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31_536_000 if ORIGIN.startswith("https:") else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# Language and files
LANGUAGE_CODE = "zh-hant"
LANGUAGES = [("zh-hant", "正體中文"), ("en", "English")]
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns where there is none
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Nothing personal is logged: messages name rooms, keys and references, never people.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("MINBEN_LOG_LEVEL", "WARNING")},
}
