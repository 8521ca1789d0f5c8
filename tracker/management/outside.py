"""What `manage.py doctor` looks at around the house: its address, mail, the broker."""

from collections.abc import Iterator
from queue import Empty, SimpleQueue
from threading import Thread

import requests
from django.conf import settings
from django.core.mail import get_connection

from tracker.management.found import BAD, LOOK, WELL, Found

PATIENCE = 5  # seconds, for the whole of an answer


def address() -> Iterator[Found]:
    """PUBLIC_URL as it is set, and as it answers."""
    url, proxies = settings.PUBLIC_URL, settings.TRUSTED_PROXIES
    local = any(url.startswith(f"http://{name}") for name in ("localhost", "127.0.0.1"))
    if not settings.HTTPS:
        yield Found(
            "address", LOOK if local else BAD, f"{url} is not HTTPS: cookies go in the clear, phones install nothing from it.",
            "Put a proxy with HTTPS before it and set PUBLIC_URL=https://… (docs/deploy.md).",
        )  # fmt: skip
    elif not proxies:
        yield Found(
            "address", BAD, "PUBLIC_URL is https, and no proxy is trusted: everybody seems to come from one address.",
            "Set TRUSTED_PROXIES to the number of proxies before this server, usually 1.",
        )  # fmt: skip
    else:
        yield _answers(f"{url}, behind {proxies} proxy(s)")


def _answers(told: str) -> Found:
    """Asked from here, as a phone would. A server may be unable to see its own outside, so most faults are only a hint."""
    try:
        status = _status(f"{settings.PUBLIC_URL}/about/")
    except requests.exceptions.SSLError:
        return Found(
            "address", BAD, f"The certificate of {settings.PUBLIC_URL} is not believed.",
            "Look at Caddy's log: the name must point here, and ports 80 and 443 be open. One by an authority of your own: "
            "name its root certificate in REQUESTS_CA_BUNDLE.",
        )  # fmt: skip
    except requests.TooManyRedirects:
        return Found(
            "address", BAD, f"{settings.PUBLIC_URL} sends everybody round in a circle.",
            "The proxy must pass X-Forwarded-Proto on (deploy/Caddyfile does), and TRUSTED_PROXIES must count it.",
        )  # fmt: skip
    except requests.RequestException as why:
        return Found(
            "address", LOOK, f"{settings.PUBLIC_URL} does not answer from here ({type(why).__name__}).",
            "Try it from another machine; then look at the proxy, the name's address, the ports.",
        )  # fmt: skip
    if status != requests.codes.ok:
        return Found(
            "address", BAD, f"{settings.PUBLIC_URL} answers {status}.",
            "400: another name than PUBLIC_URL arrives here (ALLOWED_HOSTS). 502: the web does not run. Else: its log.",
        )  # fmt: skip
    return Found("address", WELL, f"{told}; it answers.")


def _status(url: str) -> int:
    """The status at the end of all redirects. Raises requests.RequestException.

    Only heads are asked for, so that no answer is large. The time-out of requests is one between two bytes, so an answer
    that comes in drops is left to its thread.
    """
    answers = SimpleQueue[int | requests.RequestException]()

    def ask() -> None:
        try:
            answers.put(requests.head(url, timeout=PATIENCE, allow_redirects=True).status_code)
        except requests.RequestException as why:
            answers.put(why)

    Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=PATIENCE)
    except Empty:
        raise requests.Timeout from None
    if isinstance(found, requests.RequestException):
        raise found
    return found


def mail() -> Iterator[Found]:
    """Does the mail server take us?"""
    if settings.MAIL_IN_FOLDER:
        yield Found("mail", LOOK, f"No mail goes out: it is kept in {settings.MAIL_DIR}.", "Set EMAIL_URL.")
        return
    try:
        line = get_connection()
        line.open()
        line.close()
    except (OSError, ValueError) as why:  # smtplib's own errors are OSErrors
        yield Found(
            "mail",
            BAD,
            f"The mail server does not take us: {type(why).__name__}, {why}"[:300],
            "Check EMAIL_URL, and its password.",
        )
    else:
        yield Found("mail", WELL, "The mail server takes us.")


def broker() -> Iterator[Found]:
    """Does Redis or Valkey answer?"""
    if not settings.REDIS_URL:
        yield Found("broker", WELL, "A private Valkey, started with the server.")
        return
    import redis

    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3).ping()
    except (redis.RedisError, ValueError) as why:
        yield Found(
            "broker", BAD, f"REDIS_URL does not answer ({type(why).__name__}): nobody can log in, and work waits up to 15 s.",
            "Start it, or mend REDIS_URL.",
        )  # fmt: skip
    else:
        yield Found("broker", WELL, "Redis or Valkey answers.")
