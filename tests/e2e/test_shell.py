"""The shell, as a person at a terminal and a script see it."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from services import SERVICES, Shop, environment
from terminals import Terminal

Open = Callable[..., "Prompt"]


class Prompt:
    """`foldline shell`, ready for the next line."""

    def __init__(self, terminal: Terminal, *, standard: bool) -> None:
        self.terminal = terminal
        self.is_standard = standard
        self._line = 1
        self.banner = self._wait()

    def enter(self, line: str) -> str:
        """Type a line, and read what comes of it."""
        self.terminal.press(f"{line}\r")
        self._line += 1
        return self._wait()

    def complete(self, begun: str, rest: str, then: str) -> str:
        """Type so far, press Tab, wait for the rest to appear, and go on."""
        self.terminal.press(f"{begun}\t")
        self.terminal.wait_for(rest)
        return self.enter(then)

    def leave(self) -> int:
        """Press Ctrl-D."""
        self.terminal.press("\x04")
        return self.terminal.end()

    def _wait(self) -> str:
        prompt = ">>> " if self.is_standard else f"In [{self._line}]: "
        return self.terminal.wait_until(lambda shown: shown.endswith(prompt), prompt)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop's services, which the tests of this file share."""
    with closing(Shop(tmp_path_factory.mktemp("shell") / "shop", "sqlite:var/log.db")) as shop:
        for service in [shop.start_as_declared(name) for name in (*SERVICES, "dashboard")]:
            service.wait_ready()
        yield shop


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where what was typed is kept."""
    return tmp_path / "state"


@pytest.fixture
def open_shell(tmp_path: Path, home: Path) -> Iterator[Open]:
    """Open the shell of a shop, with IPython or, where that is not installed, without."""
    missing = tmp_path / "missing" / "IPython"
    missing.mkdir(parents=True)
    (missing / "__init__.py").write_text("raise ImportError('it is not installed')\n")
    with ExitStack() as opened:

        def open_it(shop: Shop, *, standard: bool = False) -> Prompt:
            own = {"XDG_STATE_HOME": str(home), "IPYTHONDIR": str(tmp_path / "ipython")}
            if standard:
                own["PYTHONPATH"] = str(missing.parent)
            terminal = Terminal(["shell"], shop.folder, {**environment(shop.settings()), **own})
            return Prompt(opened.enter_context(closing(terminal)), standard=standard)

        yield open_it


@pytest.fixture(params=["ipython", "standard"])
def prompt(request: pytest.FixtureRequest, running: Shop, open_shell: Open) -> Prompt:
    """An open shell, of either kind."""
    return open_shell(running, standard=request.param == "standard")


def test_the_first_lines_that_anybody_types(prompt: Prompt) -> None:
    assert "Product.create(name='...', price=1.50)" in prompt.banner
    assert re.search(r"Customer +create  list  retrieve  watch +save  delete  refresh  history", prompt.banner)
    assert "error" not in prompt.enter("p = Product.create(name='Butter', price=1.50)").lower()
    prompt.enter("c = Customer.create(first_name='Danny', last_name='Tester')")
    bought = prompt.enter("Purchase.create(product_id=p.id, customer_id=c.id, total=1.99)")
    assert re.search(r"Purchase\n  id +\S{22}\n  product_id +\S{22}\n  customer_id +\S{22}\n  total +1\.99\n", bought)
    prompt.enter("customers = Customer.list()")
    assert re.search(r"ID +FIRST NAME +LAST NAME\n(\S{22} .*\n)*\S{22}  Danny +Tester", prompt.enter("customers"))
    unsaved = prompt.enter("c = Customer.retrieve(c.id); c.first_name = 'Ted'; c")
    assert "first_name  Ted  (not saved)" in unsaved
    saved = prompt.enter("c.save()")
    assert "first_name  Ted\n" in saved
    assert re.search(
        r"TIME +FUNCTION +ID.*\n.*customers\.update .*Ted.*\n.*customers\.create ", prompt.enter("c.history()")
    )
    prompt.enter("c.delete()")
    assert "NotFound: " in prompt.enter("c.refresh()")
    assert prompt.leave() == 0


def test_tab_completes_what_there_is(prompt: Prompt) -> None:
    opening = "" if prompt.is_standard else "("  # Python's own completer adds it
    made = prompt.complete("p = Product.cr", "eate", f"{opening}name='Jam', price=2)")
    assert "Error" not in made
    assert "'Jam'" in prompt.complete("p.na", "me", "")
    prompt.enter("c = Customer.create(first_name='Danny', last_name='Tester')")
    assert "'Danny'" in prompt.complete("c.first", "_name", "")


def test_tab_completes_arguments_too(running: Shop, open_shell: Open) -> None:
    prompt = open_shell(running)
    assert "'Honey'" in prompt.complete("Product.create(na", "me=", "'Honey', price=2).name")


def test_a_typo_is_one_line_that_names_the_right_one(prompt: Prompt) -> None:
    said = prompt.enter("Customer.create(frist_name='Danny')")
    assert "FieldError: customers.create takes no frist_name; did you mean first_name?" in said
    assert "Traceback" not in said
    assert "did you mean create?" in prompt.enter("Product.creat(name='x')")
    assert "Invalid: last_name: Missing data for required field." in prompt.enter("Customer.create(first_name='Danny')")
    trace = prompt.enter("traceback()" if "traceback()" in prompt.banner else "%tb")
    assert "Traceback (most recent call last)" in trace


def test_the_second_of_two_people_is_told_and_goes_on(running: Shop, open_shell: Open) -> None:
    mine, other = open_shell(running), open_shell(running, standard=True)
    made = mine.enter("c = Customer.create(first_name='Danny', last_name='Tester'); print('id', c.id)")
    found = re.search(r"\nid (\S{22})\n", made)
    assert found, made
    other.enter(f"c = Customer.retrieve('{found[1]}'); c.last_name = 'Best'")
    assert "Best" in other.enter("c.save()")
    mine.enter("c.first_name = 'Ted'")
    said = mine.enter("c.save()")
    assert f"ConflictError: Customer {found[1]} was changed by somebody else: last_name is now Best." in said
    assert re.search(r"first_name  Danny\n  last_name   Best\n", mine.enter("c.refresh()"))
    assert re.search(r"first_name  Ted\n  last_name   Best\n", mine.enter("c.first_name = 'Ted'; c.save()"))


def test_changes_are_seen_as_they_happen(running: Shop, open_shell: Open) -> None:
    watching, other = open_shell(running), open_shell(running, standard=True)
    watching.enter("changes = Product.watch()")
    other.enter("p = Product.create(name='Honey', price=7)")
    assert "products.create  Product(id=" in watching.enter("print(next(changes))")
    watching.terminal.press("for change in changes: print(change)\r\r")
    other.enter("p.delete()")
    watching.terminal.wait_for("products.delete  Product(id=")
    watching.terminal.press("\x03")
    watching.terminal.wait_for("KeyboardInterrupt")


def test_a_service_that_is_not_up_is_told_and_found_once_it_is(shop: Shop, open_shell: Open) -> None:
    shop.start_as_declared("products").wait_ready()
    prompt = open_shell(shop)
    assert "customers is not up; start it with `foldline serve customers`" in prompt.banner
    assert "  price  1.5" in prompt.enter("Product.create(name='Butter', price=1.50)")
    said = prompt.enter("Customer.list()")
    assert "ConnectionFailed: customers is not up; start it with `foldline serve customers`" in said
    assert "Traceback" not in said
    customers = shop.start_as_declared("customers").wait_ready()
    assert "Danny" in prompt.enter("Customer.create(first_name='Danny', last_name='Tester')")
    customers.stop()
    assert "ConnectionFailed: customers cannot be reached at" in prompt.enter("Customer.list()")


@pytest.mark.parametrize("standard", [False, True])
def test_what_was_typed_is_there_the_next_time(running: Shop, open_shell: Open, home: Path, standard: bool) -> None:
    prompt = open_shell(running, standard=standard)
    prompt.enter("'a line to remember'")
    assert prompt.leave() == 0
    assert "a line to remember" in open_shell(running, standard=standard).enter("\x1b[A")
    kept = home / "foldline"
    if standard:
        assert "a line to remember" in (kept / "history").read_text()
    else:
        with closing(sqlite3.connect(kept / "ipython_history.sqlite")) as history:
            assert ("'a line to remember'",) in history.execute("SELECT source FROM history").fetchall()


# --- scripts ---


def test_a_script_runs_and_its_error_is_the_exit_code(running: Shop) -> None:
    done = running.foldline("shell", "-c", "print(Product.create(name='Butter', price=1.50).price)")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1.5\n", "")
    missing = running.foldline("shell", "-c", "Product.retrieve('none')")
    assert (missing.returncode, missing.stdout) == (3, "")
    assert missing.stderr == "There is nothing with id 'none' in products.\n"
    broken = running.foldline("shell", "-c", "def f():\n    return 1 / 0\nf()")
    assert broken.returncode == 1
    assert broken.stderr.splitlines()[:3] == [
        "Traceback (most recent call last):",
        '  File "<code>", line 3, in <module>',
        '  File "<code>", line 2, in f',
    ]


def test_standard_input_is_a_script(running: Shop) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "foldline", "shell"],
        cwd=running.folder,
        env=environment(running.settings()),
        input="for product in Product.list()[:0]:\n    pass\nimport sys; sys.exit(9)",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (9, "", "")


def test_a_script_is_told_what_is_not_up(shop: Shop) -> None:
    shop.start_as_declared("products").wait_ready()
    line = "customers is not up; start it with `foldline serve customers`"
    done = shop.foldline("shell", "-c", "Product.list(); Customer.list()")
    assert (done.returncode, done.stderr) == (6, f"{line}\n")
    done = shop.foldline("shell", "-c", "dashboard.customers()")
    assert (done.returncode, done.stderr) == (6, "dashboard is not up; start it with `foldline serve dashboard`\n")
    done = shop.foldline("shell", "-c", "Custmer.list()")
    assert done.returncode == 1
    assert "NameError: name 'Custmer' is not defined" in done.stderr
    assert line in done.stderr
