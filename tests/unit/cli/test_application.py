"""The verbs that show and call what an application has, run in this process."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner, Result
from small_app import SmallApp

from foldline.cli import main

BROWSE = '''
@query("GET /products", args=Page)
def browse(products: Entities, args: Args) -> list[Entity]:
    """Products by id."""
    return products.page(**args)
'''

Run = Callable[..., Result]


@pytest.fixture
def run(app: SmallApp, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `foldline` in the application's folder."""
    monkeypatch.chdir(app.folder)
    return lambda *arguments, **settings: CliRunner().invoke(main, arguments, env=settings)


def data(result: Result) -> object:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_check_gives_its_findings_as_rows(run: Run) -> None:
    rows = data(run("check"))
    assert isinstance(rows, list)
    assert [(row["service"], row["function"], row["kind"]) for row in rows] == [
        ("products", "products.create", "command"),
        ("products", "products.retrieve", "query"),
        ("sales", "sales", "projector"),
    ]


def test_functions_are_listed_by_service_and_by_kind(run: Run) -> None:
    assert len(data(run("functions", "list"))) == 3  # type: ignore[arg-type]
    assert len(data(run("functions", "list", "--service", "products", "--kind", "query"))) == 1  # type: ignore[arg-type]
    unknown = run("functions", "list", "--service", "product")
    assert (unknown.exit_code, "did you mean products?" in unknown.stderr) == (3, True)


def test_a_function_is_described_for_a_person(run: Run) -> None:
    shown = run("functions", "describe", "products.create", "-o", "table").stdout.splitlines()
    assert shown[0] == "products.create  command of products"
    assert "route       POST /products" in shown
    assert shown[-2:] == ["FIELD  IS      REQUIRED", "name   string  yes"]


def test_services_are_listed_and_described(run: Run) -> None:
    shown = run("services", "list", "-o", "table", FOLDLINE_URLS="sales=http://elsewhere").stdout
    assert shown.split()[:4] == ["SERVICE", "URL", "TOPICS", "PAGE"]
    assert "http://elsewhere" in shown
    described = data(run("services", "describe", "products"))
    assert isinstance(described, dict)
    assert (described["url"], described["state"]) == ("http://127.0.0.1:9995", "var/products.db")
    assert [function["function"] for function in described["functions"]] == ["products.create", "products.retrieve"]


def test_versions_are_printed(run: Run) -> None:
    assert set(data(run("version"))) == {"foldline", "python", "librdkafka", "sqlite"}  # type: ignore[call-overload]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_of_its_own(run: Run, shell: str) -> None:
    script = run("completion", shell)
    assert script.exit_code == 0
    assert f"_FOLDLINE_COMPLETE={shell}_complete" in script.stdout


def test_an_unknown_verb_is_told_the_nearest(run: Run) -> None:
    result = run("statu")
    assert result.exit_code == 2
    assert "Did you mean" in result.stderr
    assert "'status'" in result.stderr


# --- what invoke sends ---


@contextmanager
def service(answer: bytes, **headers: str) -> Iterator[tuple[str, list[str]]]:
    """A service that answers this to everything; gives its URL, and the paths that it was asked for."""
    asked: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_what_looks_like_a_number_stays_as_it_was_typed_in_a_query_string(app: SmallApp, run: Run) -> None:
    app.queries(BROWSE)
    with service(b"[]") as (url, asked):
        run("functions", "invoke", "products.browse", "--set", "after=1e5", FOLDLINE_URLS=f"products={url}")
    assert asked == ["/products?after=1e5"]


def test_a_list_says_how_to_go_on(app: SmallApp, run: Run) -> None:
    app.queries(BROWSE)
    with service(b'[{"id": "a"}]', Link='</products?after=xyz>; rel="next"', ETag='W/"1"') as (url, _):
        result = run("functions", "invoke", "products.browse", FOLDLINE_URLS=f"products={url}")
        quiet = run("functions", "invoke", "products.browse", "-q", FOLDLINE_URLS=f"products={url}")
    assert data(result) == [{"id": "a"}]
    assert result.stderr.splitlines() == ['ETag: W/"1"', "there is more: --set after=xyz"]
    assert quiet.stderr == ""


@pytest.mark.parametrize("arguments", [("--set", "name"), ("--path", "=x")])
def test_what_is_no_pair_is_told(run: Run, arguments: tuple[str, str]) -> None:
    result = run("functions", "invoke", "products.retrieve", "--id", "1", *arguments)
    assert (result.exit_code, "it is NAME=VALUE" in result.stderr) == (2, True)
