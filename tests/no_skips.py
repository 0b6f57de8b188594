"""A pytest plugin for CI: a test that did not run is a failure.

Skipped and expectedly failing tests are named and end the session with exit code 1. Tests that do not belong to
the database of this run are deselected by ``tests.databases``, which is not skipping. ``scripts/test`` loads it.
"""

import pytest


class NoSkips:
    def __init__(self) -> None:
        self.not_run: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.not_run and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.not_run:
            terminalreporter.section("not run, which CI does not accept", red=True)
            for test in self.not_run:
                terminalreporter.write_line(test)

    def _note(self, report: pytest.CollectReport | pytest.TestReport) -> None:
        if report.skipped:
            self.not_run.append(report.nodeid)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(NoSkips(), "no-skips")
