"""The console and the log hide secrets, whoever writes there and in however many pieces."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest

from vendorproof.exchange import Redactor
from vendorproof.report.console import RedactedStream, redact_logs, redact_output


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def stream(written: io.StringIO, redactor: Redactor) -> RedactedStream:
    return RedactedStream(written, redactor)


@pytest.mark.parametrize("size", [1, 2, 5, 9, 13])
def test_a_secret_that_is_written_in_pieces_is_hidden(
    size: int, stream: RedactedStream, written: io.StringIO, secret: str
) -> None:
    text = f"key {secret} and {secret}\n"
    for start in range(0, len(text), size):
        assert stream.write(text[start : start + size]) == len(text[start : start + size])
    shown = written.getvalue()
    assert [secret[at : at + 9] for at in range(len(secret) - 8) if secret[at : at + 9] in shown] == []


def test_what_is_no_secret_is_written_at_once(stream: RedactedStream, written: io.StringIO) -> None:
    for text in (".", "F", " 12%", "\n", "a longer line\n"):
        stream.write(text)
    assert written.getvalue() == ".F 12%\na longer line\n"


def test_what_was_held_back_comes_when_it_is_no_secret_and_at_the_end(
    stream: RedactedStream, written: io.StringIO, secret: str
) -> None:
    stream.write(f"key {secret[:9]}")
    assert written.getvalue() == "key "
    stream.write(" no\n")
    assert written.getvalue() == f"key {secret[:9]} no\n"
    stream.write(secret[:9])
    stream.release()
    assert written.getvalue() == f"key {secret[:9]} no\n$ACME_TOKEN"


@pytest.fixture
def logged(redactor: Redactor) -> Iterator[io.StringIO]:
    """What a handler writes that somebody else set up."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    logger = logging.getLogger("httpcore.test")
    logger.addHandler(handler)
    level, logger.propagate = logger.level, False
    logger.setLevel(logging.DEBUG)
    restore = redact_logs(redactor)
    yield output
    restore()
    logger.removeHandler(handler)
    logger.setLevel(level)
    logger.propagate = True


def test_a_record_of_a_library_is_redacted(logged: io.StringIO, secret: str) -> None:
    log = logging.getLogger("httpcore.test")
    log.debug("send_request_headers %r", [(b"Authorization", f"Bearer {secret}".encode())])
    log.info(f"%s %(key)s {secret}")
    log.warning({"Authorization": secret})
    log.error("key %(key)s", {"key": secret}, stack_info=True)
    try:
        raise ValueError(f"bad {secret}")
    except ValueError:
        log.exception("failed with %s", secret)
    assert secret not in logged.getvalue()
    assert logged.getvalue().count("$ACME_TOKEN") == 6
    assert "ValueError: bad $ACME_TOKEN" in logged.getvalue()


def test_arguments_that_do_not_fit_are_not_shown(logged: io.StringIO, secret: str) -> None:
    logging.getLogger("httpcore.test").error("%d keys", secret)
    assert logged.getvalue() == "httpcore.test a message whose arguments do not fit it\n"


def test_logging_is_what_it_was_afterwards(redactor: Redactor, secret: str) -> None:
    redact_logs(redactor)()
    record = logging.getLogger("x").makeRecord("x", logging.INFO, "f", 1, "key %s", (secret,), None)
    assert record.getMessage() == f"key {secret}"


def test_what_is_printed_is_redacted_until_it_ends(
    redactor: Redactor, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    restore = redact_output(redactor)
    print("key", secret)
    print("key", secret, file=sys.stderr)
    sys.stdout.writelines(["one ", secret[:9], secret[9:], "\n"])
    restore()
    print("again", secret)
    said = capsys.readouterr()
    assert said.out == f"key $ACME_TOKEN\none $ACME_TOKEN\nagain {secret}\n"
    assert said.err == "key $ACME_TOKEN\n"
