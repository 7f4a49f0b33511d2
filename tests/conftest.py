"""What all tests share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from support import REPOSITORY, write_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from postgresql import Server

    from newsletter.settings import Settings
    from newsletter.store.register import Register

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


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    from postgresql import start

    server = start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty register and its key."""
    from newsletter.store.register import open_register
    from newsletter.store.upgrade import NEWEST

    folder = tmp_path_factory.mktemp(f"register-{NEWEST}")
    open_register(folder, _settings()).close()
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def register(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """An empty register, on each kind of database. NEWSLETTER_REGISTER leads to it while the test runs."""
    import shutil

    from newsletter.store.register import open_register

    folder = tmp_path / "register"
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("sqlite_template"), folder)
        named = str(folder / _settings().register_at)
    else:
        server: Server = request.getfixturevalue("server")
        named = server.database()
    monkeypatch.setenv("NEWSLETTER_REGISTER", named)
    register = open_register(folder, _settings())
    monkeypatch.setenv("NEWSLETTER_KEY", register.key.hex())
    yield register
    register.close()
    if not register.is_sqlite:
        server.drop(named)


def _settings() -> Settings:
    from newsletter.settings import read_settings

    return read_settings(REPOSITORY)
