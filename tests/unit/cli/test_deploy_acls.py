"""`foldline deploy acls`."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_app import SmallApp

from foldline.cli import main


@pytest.fixture
def run(tmp_path: Path) -> "Run":
    SmallApp(tmp_path)
    return Run(tmp_path / "topics.yaml")


class Run:
    def __init__(self, topology: Path) -> None:
        self._topology = topology

    def __call__(self, *arguments: str) -> str:
        result = CliRunner().invoke(main, ["-f", str(self._topology), "deploy", "acls", *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout


def test_each_services_rights_are_listed_for_programs(run: Run) -> None:
    first = json.loads(run())[0]
    assert first == {
        "service": "products",
        "principal": "User:products",
        "operations": ["Read", "DescribeConfigs", "Write"],
        "topic": "eventbus.products",
    }


def test_each_services_rights_are_listed_for_people(run: Run) -> None:
    heading, first, *_ = run("-o", "table").splitlines()
    assert heading.split() == ["SERVICE", "PRINCIPAL", "OPERATIONS", "TOPIC"]
    assert first.split("  ")[-1].strip() == "eventbus.products"


def test_principals_are_named_as_the_cluster_names_them(run: Run) -> None:
    assert {row["principal"] for row in json.loads(run("--principal", "User:CN={service},O=shop"))} == {
        "User:CN=products,O=shop",
        "User:CN=sales,O=shop",
    }


def test_whoever_creates_topics_is_listed_on_demand(run: Run) -> None:
    assert "Create" not in run()
    assert [row["topic"] for row in json.loads(run("--creator", "ci")) if row["service"] == "ci"] == [
        "eventbus.products",
        "eventbus.customers",
    ]


def test_the_script_calls_kafka_acls_with_its_own_arguments(run: Run, tmp_path: Path) -> None:
    stand_in = tmp_path / "kafka-acls.sh"
    stand_in.write_text('#!/bin/sh\nprintf "%s|" "$@"; echo\n')
    stand_in.chmod(0o755)
    script = run("--kafka-acls", "--principal", "User:CN={service} of $SHOP")
    called = subprocess.run(
        ["sh", "-c", script, "sh", "--bootstrap-server", "kafka:9092"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert called[-1] == (
        "--bootstrap-server|kafka:9092|--add|--allow-principal|User:CN=sales of $SHOP|"
        "--operation|Read|--operation|DescribeConfigs|--topic|eventbus.customers|"
    )
