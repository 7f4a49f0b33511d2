"""What all tests share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from support import write_workspace

if TYPE_CHECKING:
    from pathlib import Path

_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
settings.register_profile("default", max_examples=60, deadline=None, suppress_health_check=_QUIET)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI everything is there to run: a skipped test hides a gap, and counts as a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small complete workspace, written fresh."""
    return write_workspace(tmp_path / "workspace")


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """The repository's own workspace, copied."""
    from newsletter.build.starter import write_starter

    write_starter(tmp_path / "starter")
    return tmp_path / "starter"
