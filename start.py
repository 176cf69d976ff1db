#!/usr/bin/env python3
"""Antiphon, from nothing. Needs Python 3.11 or newer and nothing else.

  python3 start.py [options]         set up and open the demo
      --smoke                        play its story without a browser and check every step
      --port N                       serve it on another port
      --no-browser                   do not open the page
  python3 start.py test              set up and check everything: style, types, imports, tests, coverage
  python3 start.py test ARGUMENTS    run only tests, with pytest's own arguments (tests/handlers -k receipt)
  python3 start.py bench [NAME]      set up and measure how quick the bot is, or only NAME (--help lists them)
      --json                         print the figures as JSON, and nothing else on standard output
  python3 start.py crashlab          set up and kill the bot again and again, to see that it loses and doubles nothing
                                     (--help lists its options)

Writes only below .venv and var. Packages come from where pip gets them on this machine (PIP_INDEX_URL,
PIP_CERT, pip.conf, proxies), and each is held against its hash in requirements/.
"""

# The whole file has to parse on Python 3.6, so that an old Python gets a sentence and not a traceback.

import contextlib
import errno
import hashlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.abspath(__file__))


def with_newer_python(platform: str, release: str) -> str:
    """Go on with a newer Python where the machine has one; else say how to get it."""
    for minor in range(14, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, os.path.abspath(__file__), *sys.argv[1:]])
    happened = f"this is Python {sys.version_info[0]}.{sys.version_info[1]}, and Antiphon needs 3.11 or newer."
    return f"What happened: {happened}\nWhat to do:    {python_advice(platform, release)}"


def python_advice(platform: str, release: str) -> str:
    if platform == "win32":
        return "winget install Python.Python.3.13, then: py -3.13 start.py"
    if platform == "darwin":
        return "brew install python@3.13 (or https://www.python.org/downloads/), then: python3.13 start.py"
    if "debian" in release:
        return "sudo apt install python3.11 python3.11-venv, then: python3.11 start.py"
    if "fedora" in release or "rhel" in release:
        return "sudo dnf install python3.11, then: python3.11 start.py"
    return "install Python 3.11 (https://www.python.org/downloads/), then: python3.11 start.py"


def os_release() -> str:
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            return file.read().lower()
    except OSError:
        return ""


if sys.version_info < OLDEST:
    sys.exit(with_newer_python(sys.platform, os_release()))

SETUP = 1  # raise it when an environment that an earlier start.py made will not do
WINDOWS = os.name == "nt"
VENV = os.path.join(ROOT, ".venv")
VAR = os.path.join(ROOT, "var")
CACHE = os.path.join(VAR, "cache")
STAMP = os.path.join(VENV, "antiphon-setup.json")
BIN = os.path.join(VENV, "Scripts" if WINDOWS else "bin")
PYTHON = os.path.join(BIN, "python.exe" if WINDOWS else "python")
HOLDS = {"run": ("run",), "dev": ("dev", "run")}  # what is there once a lock is installed


class Problem(Exception):
    """What happened, and what a person can do about it."""

    def __init__(self, cause: str, fix: str, output: str = "") -> None:
        super().__init__(cause)
        self.cause, self.fix, self.output = cause, fix, output


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    try:
        return run(arguments)
    except Problem as problem:
        return explain(problem)
    except OSError as error:
        return explain(file_problem(error))
    except KeyboardInterrupt:
        print("\nStopped. Starting it again goes on from here.", file=sys.stderr)
        return 130


def run(arguments: Sequence[str]) -> int:
    named = bool(arguments) and not arguments[0].startswith("-")
    command, rest = (arguments[0], arguments[1:]) if named else ("demo", arguments)
    if command == "demo":
        set_up("run")
        return demo(rest)
    if command == "test":
        set_up("dev")
        return check(rest)
    if command in TOOLS:
        return use(command, rest)
    raise Problem(f'"{command}" is not a command.', "python3 start.py --help shows what there is.")


def explain(problem: Problem) -> int:
    print(f"\n{problem.output}".rstrip(), file=sys.stderr)
    print(f"What happened: {problem.cause}\nWhat to do:    {problem.fix}", file=sys.stderr)
    return 1


# ---- the numbered lines


TICK = 1.0  # seconds between two signs of life on a terminal; elsewhere, where lines pile up, 15


class Step:
    """One numbered line. While it runs it shows that it is alive; when done, how long it took."""

    def __init__(self, number: str, title: str) -> None:
        self.title = f"{number} {title}"
        self.note = ""
        self._started = time.monotonic()
        self._done = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Step":
        self._ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._done.set()
        self._ticker.join()
        note = " stopped" if kind else self.note and ": " + self.note
        say(f"{self.title}{note} ({self._seconds():.1f} s)", "\r\033[K" if sys.stdout.isatty() else "")

    def _tick(self) -> None:
        live = sys.stdout.isatty()
        while not self._done.wait(TICK if live else 15):
            if live:
                say(f"{self.title} ... {self._seconds():.0f} s", "\r\033[K", end="")
            else:
                say(f"    {self.title}: still working after {self._seconds():.0f} s")

    def _seconds(self) -> float:
        return time.monotonic() - self._started


def say(line: str, before: str = "", end: str = "\n") -> None:
    print(before + line, end=end, flush=True)


# ---- setting up


def set_up(lock: str) -> None:
    """Make `.venv` hold what a lock asks for. Does nothing when it does already."""
    with Step("1/4", "Python " + sys.version.split()[0]) as step:
        step.note = sys.executable
    if is_ready(lock):
        report_ready()
        return
    with alone():
        if is_ready(lock):  # another start was quicker
            report_ready()
            return
        with Step("2/4", "environment .venv") as step:
            held = make_environment(step)
        with Step("3/4", f"packages of requirements/{lock}.txt") as step:
            step.note = install(lock)
        write_stamp({**held, **{name: digest(name) for name in HOLDS[lock]}})


def report_ready() -> None:
    for number, what in (("2/4", "environment .venv"), ("3/4", "packages")):
        with Step(number, what) as step:
            step.note = "ready"


def requirements(lock: str) -> str:
    return os.path.join(ROOT, "requirements", f"{lock}.txt")


def digest(lock: str) -> str:
    try:
        with open(requirements(lock), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except FileNotFoundError as error:
        raise Problem(f"requirements/{lock}.txt is missing.", "Get a whole copy of the project.") from error


def is_ready(lock: str) -> bool:
    return locks_held().get(lock) == digest(lock)


def locks_held() -> dict[str, str]:
    """What the last whole set-up left, by lock. Empty when there was none, or its Python is another one now."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = dict(json.load(file))
    except (OSError, ValueError, TypeError):
        return {}
    same = stamp.get("setup") == SETUP and stamp.get("python") == python_identity()
    return dict(stamp["locks"]) if same and os.path.exists(PYTHON) else {}


def write_stamp(locks: Mapping[str, str]) -> None:
    """Written in one move, and whole only at the end: a set-up that was killed is never taken for done."""
    with open(STAMP + ".new", "w", encoding="utf-8") as file:
        json.dump({"setup": SETUP, "python": python_identity(), "locks": locks}, file)
    os.replace(STAMP + ".new", STAMP)


def python_identity() -> str:
    """Changes when the Python under `.venv` is replaced by another version."""
    return os.path.realpath(PYTHON)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time. Installers inherit the lock: one that outlives a killed start keeps it."""
    os.makedirs(CACHE, exist_ok=True)
    with open(os.path.join(VAR, "start.lock"), "a", encoding="utf-8") as file:
        os.set_inheritable(file.fileno(), True)
        if not try_lock(file.fileno()):
            say("    another start is setting up; waiting for it")
            while not try_lock(file.fileno()):
                time.sleep(0.2)
        yield


def try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def make_environment(step: Step) -> dict[str, str]:
    """Returns the locks it holds. An environment that a killed set-up left is made again."""
    held = locks_held()
    if held or (not os.path.exists(STAMP) and environment_works()):
        step.note = "kept"
    else:
        step.note = "made again" if os.path.isdir(VENV) else "made"
        create_environment()
    write_stamp({})
    write_launcher()
    return held


def environment_works() -> bool:
    if not os.path.exists(PYTHON):
        return False
    # Half an environment may run the machine's own Python, in which we must not install anything.
    test = "import sys; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"
    return subprocess.run([PYTHON, "-c", test], capture_output=True, check=False).returncode == 0


def create_environment() -> None:
    if os.path.lexists(VENV) and not os.path.isdir(VENV):
        raise Problem(f"{VENV} is not a folder.", "Move it away, then start again.")
    try:
        import venv

        # Without pip: Debian ships `venv` without what is needed to put pip in, and uv may do without.
        venv.EnvBuilder(clear=True, symlinks=not WINDOWS, with_pip=False).create(VENV)
    except ImportError as error:
        raise Problem("this Python has no venv module.", no_pip_advice()) from error
    except ValueError as error:
        raise Problem(str(error), "Move the project to a folder with another name, then start again.") from error


# Bytecode goes to var here too: without any, every start would take seconds longer.
LAUNCHER = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
unset PYTHONDONTWRITEBYTECODE
export PYTHONPATH="$here/../.." PYTHONPYCACHEPREFIX="$here/../../var/cache/python"
exec "$here/python" -m bot "$@"
"""


def write_launcher() -> None:
    """`.venv/bin/antiphon`, for the commands beside the demo. It finds the project by where it stands."""
    if WINDOWS:
        name, text = "antiphon.cmd", '@set "PYTHONPATH=%~dp0..\\.."\r\n@"%~dp0python.exe" -m bot %*\r\n'
    else:
        name, text = "antiphon", LAUNCHER
    path = os.path.join(BIN, name)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    os.chmod(path, 0o755)


# ---- packages


def install(lock: str) -> str:
    """Install a lock by uv where the machine has it, else by a uv that pip fetches, else by pip.

    Returns by which. uv takes a few seconds where pip takes most of a minute, but pip knows more ways to
    reach a mirror, so that its word is the last.
    """
    uv = find_uv()
    failure = run_installer(uv_command(uv, lock), uv_environment()) if uv else "There is no uv."
    if failure is None:
        return "by uv"
    pip = find_pip()
    if pip is None and uv:
        raise diagnose(failure)
    if pip is None:
        raise Problem("this Python has no pip, and there is no uv.", no_pip_advice())
    if not uv and install_by_fetched_uv(pip, lock):
        return "by uv, fetched by pip"
    failure = run_installer(pip_command(pip, lock), pip_environment())
    if failure is not None:
        raise diagnose(failure)
    return "by pip"


def install_by_fetched_uv(pip: list[str], lock: str) -> bool:
    """False when uv is not to be had here, or does not get on; a failure that pip would share is raised."""
    failure = run_installer(pip_command(pip, "uv"), pip_environment())
    if failure is None:
        uv = os.path.join(BIN, "uv.exe" if WINDOWS else "uv")
        return run_installer(uv_command([uv], lock), uv_environment()) is None
    problem = diagnose(failure)
    if problem.cause not in (NOT_THERE, UNKNOWN):
        raise problem
    return False


def find_uv() -> list[str] | None:
    path = shutil.which("uv")
    if path:
        return [path]
    return [sys.executable, "-m", "uv"] if importlib.util.find_spec("uv") else None


def find_pip() -> list[str] | None:
    """The machine's pip, working on `.venv`, or one put inside it; None when neither can be had."""
    outside, inside = [sys.executable, "-m", "pip", "--python", PYTHON], [PYTHON, "-m", "pip"]
    if run_installer([*outside, "--version"], pip_environment()) is None:
        return outside
    if run_installer([PYTHON, "-m", "ensurepip"], pip_environment()) is None:
        return inside
    return inside if run_installer([*inside, "--version"], pip_environment()) is None else None


def no_pip_advice() -> str:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if "debian" in os_release():
        return f"sudo apt install python{version}-venv, then start again."
    return f"install pip for Python {version} (or uv, https://docs.astral.sh/uv/), then start again."


def uv_command(uv: list[str], lock: str) -> list[str]:
    return [*uv, "pip", "install", "--quiet", "--python", PYTHON, *LOCKED, requirements(lock)]


def pip_command(pip: list[str], lock: str) -> list[str]:
    # Verbose, because only then does it say why an index gave nothing.
    return [*pip, "install", "--verbose", "--no-compile", "--retries", "2", *LOCKED, requirements(lock)]


# Wheels only: every package has them, and building one would run code that no hash vouches for.
LOCKED = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r"]


def run_installer(command: list[str], environment: Mapping[str, str]) -> str | None:
    """None when it went well, else what it said. Its children hold our lock as long as they live."""
    result = subprocess.run(
        command,
        env=dict(environment),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        close_fds=False,
        check=False,
    )
    return None if result.returncode == 0 else result.stdout.decode(errors="replace") or "no message"


def base_environment() -> dict[str, str]:
    # Without bytecode every start would compile every package again; it goes to var, not into the tree.
    unwanted = (
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONHOME",
        "PYTHONPATH",
        "PYTHONSAFEPATH",
        "PIP_USER",
        "PIP_TARGET",
        "PIP_PREFIX",
    )
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**kept, "VIRTUAL_ENV": VENV, "PYTHONUTF8": "1"}


def pip_environment() -> dict[str, str]:
    ours = {
        "PIP_USER": "0",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }
    return {"PIP_CACHE_DIR": os.path.join(CACHE, "pip"), **base_environment(), **ours}


# pip's variable → uv's. uv reads neither pip's variables nor its files.
UV_NAMES = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_NO_INDEX": "UV_NO_INDEX",
    "PIP_TRUSTED_HOST": "UV_INSECURE_HOST",
    "PIP_TIMEOUT": "UV_HTTP_TIMEOUT",
    "PIP_DEFAULT_TIMEOUT": "UV_HTTP_TIMEOUT",
    "PIP_CERT": "SSL_CERT_FILE",
    "PIP_PROXY": "ALL_PROXY",
}


def uv_environment() -> dict[str, str]:
    """uv's settings from pip's. What the user set for uv itself stands."""
    settings = pip_settings(os.environ)
    from_pip = {UV_NAMES[name]: " ".join(value.split()) for name, value in settings.items() if name in UV_NAMES}
    if "UV_FIND_LINKS" in from_pip:
        from_pip["UV_FIND_LINKS"] = from_pip["UV_FIND_LINKS"].replace(" ", ",")
    ours = {
        "UV_CACHE_DIR": os.path.join(CACHE, "uv"),
        # Several indexes are equal to pip; the hashes see to it that this is safe.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_SYSTEM_CERTS": "true",
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return {**ours, **from_pip, **base_environment()}


def pip_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """pip's configuration as pip reads it: files from the machine's to the user's, then the environment. Each setting
    has the name of its variable."""
    import configparser  # here, because a second start has no use for it

    settings: dict[str, str] = {}
    for path in pip_files(environ):
        parser = configparser.RawConfigParser()
        with contextlib.suppress(OSError, configparser.Error, UnicodeDecodeError):
            parser.read(path, encoding="utf-8")
        for section in ("global", "install"):
            if parser.has_section(section):
                settings.update(
                    {f"PIP_{name.upper().replace('-', '_')}": value for name, value in parser.items(section)}
                )
    prefixed = {name.upper(): value for name, value in environ.items() if name[:4] == "PIP_"}
    return {name: value for name, value in {**settings, **prefixed}.items() if value}


def pip_files(environ: Mapping[str, str]) -> list[str]:
    chosen = environ.get("PIP_CONFIG_FILE", "")
    if chosen == os.devnull:
        return []
    home = os.path.expanduser("~")
    if WINDOWS:
        folders = [environ.get(name, "") for name in ("PROGRAMDATA", "APPDATA")]
        files = [os.path.join(folder, "pip", "pip.ini") for folder in folders if folder]
    else:
        everywhere = environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(os.pathsep)
        own = environ.get("XDG_CONFIG_HOME", "") or os.path.join(home, ".config")
        files = [os.path.join(folder, "pip", "pip.conf") for folder in reversed(everywhere)]
        files += ["/Library/Application Support/pip/pip.conf"] if sys.platform == "darwin" else []
        files += ["/etc/pip.conf", os.path.join(home, ".pip", "pip.conf"), os.path.join(own, "pip", "pip.conf")]
    return [*files, *([chosen] if chosen else [])]


# ---- what went wrong

NOT_THERE = "the package index does not have one of the packages, or not for this Python or machine."
UNKNOWN = "the packages could not be installed."

# In order: pip ends almost every failure with "No matching distribution", whatever came before it.
CAUSES = (
    (
        r"no space left on device|os error 28\b|disk quota exceeded",
        "the disk is full.",
        "Free about 500 MB where the project is (or set TMPDIR to a folder with room), then start again.",
    ),
    (
        r"do not match the hashes|hash mismatch|hashes are required",
        "a package that was downloaded is not the one that requirements/ names: its hash differs.",
        "Do not install it by hand. Start again; if it stays, ask whoever runs the package mirror what changed.",
    ),
    (
        r"certificate_verify_failed|invalid peer certificate|unknownissuer|certificate verify failed|sslerror",
        "the package index's certificate is not trusted here, as happens behind a proxy that inspects traffic.",
        "Ask your IT team for the organisation's root certificate, then: PIP_CERT=/path/to/it.pem python3 start.py",
    ),
    (
        r"407 proxy|proxyerror|cannot connect to proxy|proxy authentication|tunnel error",
        "the proxy did not let the download through.",
        "Set HTTPS_PROXY=http://user:password@host:port as your IT team says, then start again.",
    ),
    (
        r"name or service not known|name resolution|lookup address|nodename nor servname|getaddrinfo|dns error",
        "the package index's name could not be found: there is no network, or it is reached by a proxy or a mirror.",
        "Connect to the network, or set HTTPS_PROXY or PIP_INDEX_URL (your IT team knows them), then start again.",
    ),
    (
        r"connection refused|network is unreachable|timed out|connection reset|error sending request|no route to host",
        "the package index did not answer.",
        "Check the network, and PIP_INDEX_URL and HTTPS_PROXY if they are set, then start again.",
    ),
    (
        r"\b40[13] (client error|unauthori[sz]ed|forbidden)|status code 40[13]|\(40[13] ",
        "the package index refused to hand out a package.",
        "Check the name and password in PIP_INDEX_URL or .netrc, then start again.",
    ),
    (
        r"permission denied|read-only file system|os error (13|30)\b",
        "a folder may not be written to.",
        "Check that .venv and var belong to you, then start again.",
    ),
    (
        r"no matching distribution|no solution found|not found in the package registry|no wheels|404 client error",
        NOT_THERE,
        "Use Python 3.11 to 3.14 on Linux, macOS or Windows; behind a mirror, ask for the package to be let in.",
    ),
)


def diagnose(output: str) -> Problem:
    lines = output.strip().splitlines()
    for pattern, cause, fix in CAUSES:
        telling = [line for line in lines if re.search(pattern, line, re.IGNORECASE)]
        if telling:
            return Problem(cause, fix, telling[-1])
    return Problem(UNKNOWN, "What the installer said stands above.", "\n".join(lines[-25:]))


def file_problem(error: OSError) -> Problem:
    where = error.filename or ROOT
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return diagnose("no space left on device")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        cause = f"{where} may not be written to."
        return Problem(cause, "Copy the project to a folder of your own, or make .venv and var in it yours (chown).")
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        blocking = where if os.path.lexists(where) else os.path.dirname(where)
        return Problem(f"{blocking} is not a folder.", "Move it away, then start again.")
    return Problem(str(error), "Start again; if it stays, report it with this message.")


# ---- what it is for


def demo(arguments: Sequence[str]) -> int:
    say("4/4 demo")
    return hand_over([PYTHON, "-m", "bot", "demo", *arguments])


TOOLS = {"bench": "benchmarks", "crashlab": "tests.crashlab"}


def use(command: str, arguments: Sequence[str]) -> int:
    """Set up as for the tests, then become the tool."""
    # Whoever asks for JSON reads standard output by a program.
    with contextlib.redirect_stdout(sys.stderr) if "--json" in arguments else contextlib.nullcontext():
        set_up("dev")
        say(f"4/4 {command}")
    return hand_over([PYTHON, "-m", TOOLS[command], *arguments])


def child_environment() -> dict[str, str]:
    path = BIN + os.pathsep + os.environ.get("PATH", "")
    # The tools' caches go where the configuration in pyproject.toml puts the others: below var.
    places = {
        "PYTHONPYCACHEPREFIX": os.path.join(CACHE, "python"),
        "HYPOTHESIS_STORAGE_DIRECTORY": os.path.join(CACHE, "hypothesis"),
    }
    return {**places, **base_environment(), "PATH": path}


def hand_over(command: list[str]) -> int:
    """Become the command, so that signals and the exit code are its own."""
    os.chdir(ROOT)
    if not WINDOWS:
        os.execve(command[0], command, child_environment())
    return subprocess.call(command, env=child_environment())


IMPORTS = "from importlinter.cli import lint_imports_command as check; check()"
PYTEST = ["-m", "pytest", "--numprocesses", str(min((os.cpu_count() or 1) + 2, 4)), "--dist", "worksteal"]
"""Two processes more than there are cores: tests often wait."""
CHECKS = (
    ("style", ["-m", "ruff", "check"]),
    ("format", ["-m", "ruff", "format", "--check"]),
    ("types", ["-m", "mypy"]),
    ("imports", ["-c", IMPORTS, "--cache-dir", os.path.join(CACHE, "imports")]),
)


def check(arguments: Sequence[str]) -> int:
    """The whole gate; with arguments, pytest alone. Returns the exit code of the first that fails."""
    if arguments:
        say("4/4 tests")
        return hand_over([PYTHON, *PYTEST[:2], *arguments])
    say("4/4 checks")
    os.makedirs(CACHE, exist_ok=True)
    total = len(CHECKS) + 1
    with tests_being_read():
        for number, (name, command) in enumerate(CHECKS, 1):
            passed_or_problem(f"{number}/{total}", name, command)
    started = time.monotonic()
    say(f"    {total}/{total} tests")
    with in_memory() as folder:
        result = subprocess.call([PYTHON, *PYTEST, "--cov"], cwd=ROOT, env={**child_environment(), **folder})
    say(f"    {total}/{total} tests: {'failed' if result else 'good'} ({time.monotonic() - started:.1f} s)")
    return result


MEMORY = "/dev/shm"
PLENTY = 8_000_000_000  # octets: the databases of a whole run take up half of it


@contextlib.contextmanager
def in_memory() -> Iterator[dict[str, str]]:
    """Has the tests write in memory where there is plenty: a tenth of their time they would wait for the disk."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < PLENTY:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="antiphon-tests-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # some tests become another user
        yield {"TMPDIR": folder}


@contextlib.contextmanager
def tests_being_read() -> Iterator[None]:
    """On a new clone that takes a core half a minute. What Python keeps of it serves all the processes of the tests."""
    command = [PYTHON, *PYTEST[:2], "--collect-only", "-qq"]
    nowhere = subprocess.DEVNULL
    reading = subprocess.Popen(command, cwd=ROOT, env=child_environment(), stdout=nowhere, stderr=nowhere)
    try:
        yield
        reading.wait()
    finally:
        reading.kill()


def passed_or_problem(number: str, name: str, command: list[str]) -> None:
    with Step("    " + number, name) as step:
        result = subprocess.run(
            [PYTHON, *command],
            cwd=ROOT,
            env=child_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        step.note = "failed" if result.returncode else "good"
    if result.returncode:
        print(result.stdout.decode(errors="replace"), file=sys.stderr)
        raise Problem(f"the check of {name} failed; what it found stands above.", "Mend that, then start again.")


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a path may hold letters that the terminal lacks
    sys.exit(main(sys.argv[1:]))
