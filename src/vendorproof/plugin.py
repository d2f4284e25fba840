"""The pytest plugin: turns suite tests into one test an obligation, and a session into a report.

Options are also there under a prefix (`--vendorproof-target`), which is the only name left where another plugin owns
the short one.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, TextIO

import pytest

from vendorproof.checks.outcome import Verdict, Word
from vendorproof.contract import contracts_root, load_contracts, suites_root
from vendorproof.errors import InternalError, VendorproofError
from vendorproof.evidence import residue_lines
from vendorproof.interruption import Interruption
from vendorproof.report import Built, Progress, clean_results, explain, wanted
from vendorproof.report.allure.attachments import Attachments
from vendorproof.report.allure.context import redact_results
from vendorproof.report.allure.labels import label, label_verdict
from vendorproof.report.allure.redaction import redact_allure
from vendorproof.report.console import RedactedStream, redact_logs, redact_output
from vendorproof.runs.options import OPTIONS, Option, RunOptions, run_options
from vendorproof.runs.run import Finished, Run
from vendorproof.suite import Item, marked

_RUN = pytest.StashKey[Run]()
_FINISHED = pytest.StashKey[Finished]()
_ATTACHMENTS = pytest.StashKey[Attachments]()
_INTERRUPTION = pytest.StashKey[Interruption]()
_STDERR = pytest.StashKey[TextIO]()
_PROGRESS = pytest.StashKey[Progress]()
PREFIX = "vendorproof"
"""What stands before an option's name where another plugin owns the short one."""

_VENDOR = Option("vendor", "a vendor to run (repeatable; default: all)", "NAME", many=True)


class Begun:
    """A plugin that hands a run over which a command has begun, so that nothing is rehearsed or looked up twice."""

    def __init__(self, run: Run) -> None:
        self.run = run


class RequirementBroken(AssertionError):
    """A target does not keep a requirement; the message says which, and how to see it again."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options, each under its own name and under a prefix."""
    group = parser.getgroup("vendorproof", "conformance of documented APIs")
    for option in (_VENDOR, *OPTIONS):
        settings = _settings(option)
        try:
            group.addoption(f"--{option.name}", f"--{PREFIX}-{option.name}", **settings)
        except (ValueError, argparse.ArgumentError):
            group.addoption(f"--{PREFIX}-{option.name}", **settings)


def _settings(option: Option) -> dict[str, Any]:
    found: dict[str, Any] = {"dest": f"vendorproof_{option.key}", "help": option.help}
    if option.flag:
        return {**found, "action": "store_true"}
    if option.many:
        return {**found, "action": "append", "default": [], "metavar": option.metavar}
    if option.default is not None:
        found["help"] += f" (default: {option.default})"
    return {**found, "default": option.default, "metavar": option.metavar}


def options_of(config: pytest.Config) -> RunOptions:
    """The options of a run as pytest was given them; raises UsageError for a value that is none."""
    given = {option.key: config.getoption(f"vendorproof_{option.key}") for option in OPTIONS}
    return run_options(tuple(config.getoption("vendorproof_vendor")), given)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Where suites are run, sends Allure's results to the report's folder, emptied once, unless told otherwise."""
    if not _runs_suites(config):
        return
    _refuse_strangers(config)
    _run(config)
    if config.getoption("allure_report_dir", None) is None:
        config.option.allure_report_dir = str(_run(config).options.report_dir / "allure-results")
    if not hasattr(config, "workerinput"):
        clean_results(Path(config.option.allure_report_dir))
    interruption = config.stash[_INTERRUPTION] = Interruption()
    config.pluginmanager.register(interruption)
    config.add_cleanup(interruption.listen())
    _keep_stderr(config)


def _keep_stderr(config: pytest.Config) -> None:
    """Keeps the real stderr: while tests run, pytest captures it."""
    try:
        stream = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace")
    except OSError:
        return
    config.stash[_STDERR] = stream
    config.add_cleanup(stream.close)


def _tell(config: pytest.Config, words: str) -> None:
    """Says on stderr, or in the line that tells how far the run is, what it is doing."""
    progress, stream = config.stash.get(_PROGRESS, None), config.stash.get(_STDERR, None)
    if progress is not None:
        progress.show(words)
    elif stream is not None:
        with contextlib.suppress(OSError, ValueError):
            print(f"\nvendorproof: {words}", file=stream, flush=True)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Redacts the console: what pytest, its plugins and Python's warnings say of a run is not ours to word."""
    run = session.config.stash.get(_RUN, None)
    if run is not None:
        writer: Any = session.config.get_terminal_writer()
        writer._file = stream = RedactedStream(writer._file, run.redactor)
        session.config.add_cleanup(stream.release)
        if session.config.getoption("capture") == "no":
            session.config.add_cleanup(redact_output(run.redactor))


def _refuse_strangers(config: pytest.Config) -> None:
    """Raises UsageError for what would spread a run over processes, or decide again what failed."""
    spread = config.getoption("numprocesses", None) or config.getoption("dist", "no") != "no"
    if spread or hasattr(config, "workerinput"):
        raise pytest.UsageError(
            "vendorproof: a run is one process, or calls and verdicts would be counted apart; leave -n and --dist out "
            "(PYTEST_ADDOPTS too)"
        )
    if config.getoption("reruns", None):
        raise pytest.UsageError(
            "vendorproof: a failure is not decided anew: readings are repeated once anyway (--confirm); leave --reruns "
            "out (PYTEST_ADDOPTS too)"
        )


def _runs_suites(config: pytest.Config) -> bool:
    return any(_is_in_suites(Path(argument.partition("::")[0]).resolve()) for argument in config.args)


def _is_in_suites(path: Path) -> bool:
    """Whether a path is a folder of suites or lies in one: the shipped one, or that of a checkout, beside its
    contracts."""
    root = suites_root().resolve()
    return any(
        folder == root or (folder.name == "suites" and (folder.parent / "contracts" / "schema").is_dir())
        for folder in (path, *path.parents)
    )


def _run(config: pytest.Config) -> Run:
    """The run of this pytest session, begun when it is first asked for; pytest.UsageError where it can't begin."""
    if _RUN not in config.stash:
        try:
            run = _begun(config)
        except VendorproofError as error:
            raise pytest.UsageError(f"vendorproof: {error}") from None
        redact_allure(run.redactor)
        config.add_cleanup(redact_logs(run.redactor))
        run.tell = lambda words: _tell(config, words)
        config.stash[_RUN] = run
        config.stash[_ATTACHMENTS] = Attachments(run.redactor)
    return config.stash[_RUN]


def _begun(config: pytest.Config) -> Run:
    for plugin in config.pluginmanager.get_plugins():
        if isinstance(plugin, Begun):
            return plugin.run
    options = options_of(config)
    run = Run(options, load_contracts(contracts_root(), options.vendors or None))
    run.open_folder()
    return run


class RequirementTest(pytest.Item):
    """One suite test for one obligation.

    No pytest function, since it takes no fixtures: each would be a file of Allure's a test.
    """

    def __init__(self, *, suite_test: Item, **others: Any) -> None:
        super().__init__(**others)
        self.suite_test = suite_test
        self.obj = suite_test.test
        self.function = suite_test.test

    def runtest(self) -> None:
        """Decides, and turns the verdict into pytest's words."""
        run = _run(self.config)
        progress = self.config.stash.get(_PROGRESS, None)
        label(self.suite_test.obligation)
        try:
            if progress is not None:
                progress.show(self.suite_test.obligation.requirement.id)
            verdict = run.decide(self.suite_test)
        except VendorproofError as error:
            pytest.exit(f"vendorproof: {error}", returncode=error.exit_code)
        except OSError as error:
            pytest.exit(f"vendorproof: the report folder can't be written: {error.strerror}", returncode=2)
        finally:
            if progress is not None:
                progress.advance()
        label_verdict(verdict)
        if verdict.verdict in (Word.FAIL, Word.ERROR):
            self.config.stash[_ATTACHMENTS].attach(verdict, run.judged(verdict))
        _say(verdict, self.suite_test, run)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Of a broken requirement what was expected and observed, not our code."""
        if isinstance(excinfo.value, RequirementBroken | InternalError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test stands, and its name."""
        return self.path, self.obj.__code__.co_firstlineno - 1, self.name


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> list[RequirementTest] | None:
    """One test for each obligation that a suite test decides."""
    if marked(obj) is None:
        return None
    module = collector.path.stem
    return [
        RequirementTest.from_parent(
            collector,
            name=f"{name}[{item.obligation.id}]",
            # Written out: pytest compares ids by their parts, and would find no parameter in a mere name.
            nodeid=f"{collector.nodeid}::{name}[{item.obligation.id}]",
            suite_test=item,
        )
        for item in _run(collector.config).items.values()
        if item.test.__name__ == name and item.test.__module__.split(".")[-1] == module
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts suite tests in the order of a run: vendor by vendor, readings before writes, the judging of everything
    last."""
    if not any(isinstance(test, RequirementTest) for test in items):
        return
    order = {name: place for place, name in enumerate(_run(config).items)}
    items.sort(key=lambda test: order[test.suite_test.obligation.id] if isinstance(test, RequirementTest) else -1)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tells the run what it is to decide, and begins the line that tells how far it is."""
    asked = [test.suite_test.obligation.id for test in session.items if isinstance(test, RequirementTest)]
    if asked:
        _run(session.config).expect(asked)
    stream = session.config.stash.get(_STDERR, None)
    if stream is None or not wanted(stream) or not any(isinstance(test, RequirementTest) for test in session.items):
        return
    run = _run(session.config)
    session.config.stash[_PROGRESS] = Progress(stream, len(session.items), lambda: run.state)


@pytest.hookimpl(wrapper=True)
def pytest_report_teststatus(
    config: pytest.Config,
) -> Generator[None, tuple[str, str, Any], tuple[str, str, Any]]:
    """Where the line tells how far the run is, pytest's dots don't."""
    category, letter, word = yield
    return (category, "", "") if _PROGRESS in config.stash else (category, letter, word)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Redacts what a report shows."""
    report = yield
    run = item.config.stash.get(_RUN, None)
    if run is not None:
        if isinstance(report.longrepr, tuple):
            path, line, reason = report.longrepr
            report.longrepr = (path, line, run.redactor.text(reason))
        elif report.longrepr is not None:
            shown = str(report.longrepr)
            redacted = run.redactor.text(shown)
            # An object of pytest's own prints in colours, as long as there is nothing to hide in it.
            report.longrepr = redacted if redacted != shown else report.longrepr
        report.user_properties = [(name, _redacted(value, run)) for name, value in report.user_properties]
        report.sections = [(name, run.redactor.text(text)) for name, text in report.sections]
    return report


def _redacted(value: object, run: Run) -> object:
    return run.redactor.text(value) if isinstance(value, str) else value


def _say(verdict: Verdict, item: Item, run: Run) -> None:
    message = explain(verdict, item.obligation.requirement, run.judged(verdict), run.redactor)
    match verdict.verdict:
        case Word.FAIL if verdict.red:
            raise RequirementBroken(message)
        case Word.FAIL:
            # A warning, or a failure that the team accepted.
            pytest.xfail(message)
        case Word.ERROR:
            raise InternalError(message)
        case Word.INCONCLUSIVE | Word.NOT_APPLICABLE:
            pytest.skip(message)
        case _:
            return


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Ends the run: removes what it made, writes the report. A run that decided nothing is not green."""
    progress = session.config.stash.get(_PROGRESS, None)
    if progress is not None:
        progress.close()
    run = session.config.stash.get(_RUN, None)
    if run is None or not run.begun:
        return
    try:
        redact_results(Path(session.config.option.allure_report_dir), run.redactor)
        finished = run.finish(interrupted=session.config.stash[_INTERRUPTION].number)
    except OSError as error:
        # What is there stays: a ledger without a footer is no result.
        sys.stderr.write(f"vendorproof: the report can't be written: {error.strerror}\n")
        session.exitstatus = 2
        return
    session.config.stash[_FINISHED] = finished
    if finished.footer.exit_code and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says what came of the run and where its report is."""
    finished = config.stash.get(_FINISHED, None)
    if finished is None:
        return
    terminalreporter.section("vendorproof")
    for line in summary_lines(finished):
        terminalreporter.write_line(line)


def summary_lines(finished: Finished) -> list[str]:
    """The end of a run in a few lines."""
    footer = finished.footer
    counts = ", ".join(f"{count} {word}" for word, count in footer.counts.items() if count)
    lines = [
        *finished.without_access,
        f"{counts or 'no verdict'}; {footer.red} red, {footer.warnings} warnings"
        + (f", {footer.accepted} accepted" if footer.accepted else "")
        + ("" if footer.complete else "; not complete, go on with --resume"),
        f"{footer.calls} calls in {footer.seconds:.1f} s; exit code {footer.exit_code}",
        f"report: {finished.paths.page}",
    ]
    allure = finished.paths.allure
    lines.append(f"allure: {allure.page if isinstance(allure, Built) else allure.reason}")
    if finished.live:
        lines += residue_lines(finished.residue)
    if finished.earlier:
        lines.append(f"left behind by earlier runs: {finished.earlier}; `vendorproof clean` removes what it can")
    return lines
