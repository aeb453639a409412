"""What a hostile notebook tries; it runs inside, knows what its writer knows, and prints what it found as JSON."""

import ctypes
import json
import os
import pathlib
import pwd
import socket
import subprocess
import sys

GIVEN = json.loads(GIVEN) if isinstance(GIVEN, str) else GIVEN  # noqa: F821 - a parameter of the notebook
CANARY = bytes.fromhex(GIVEN["canary"])  # not the word itself, or every probe would find its own source
libc = ctypes.CDLL(None, use_errno=True)
found = {}


def probe(attempt):
    """Note what an attempt answers, or the error that it meets."""
    try:
        found[attempt.__name__] = attempt()
    except BaseException as error:
        found[attempt.__name__] = f"{type(error).__name__}: {error}"


def system(*call):
    """A system call's number of the error, 0 where it worked."""
    return ctypes.get_errno() if libc.syscall(*call) < 0 else 0


def readable(top, most=4_000_000):
    """Files below a folder that can be read, with their first bytes."""
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in GIVEN["skipped"]]
        for name in names:
            path = os.path.join(folder, name)
            try:
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        yield path, file.read(most)
            except OSError:
                continue


@probe
def environment():
    return dict(os.environ)


@probe
def canaries():
    tops = [f"/{name}" for name in os.listdir("/") if name not in ("usr", "proc", "lib", "lib64", "bin", "sbin")]
    return [path for top in tops for path, data in readable(top) if CANARY in data]


@probe
def canaries_of_processes():
    files = [f"/proc/{pid}/{name}" for pid in os.listdir("/proc") if pid.isdigit() for name in ("environ", "cmdline")]
    return [path for path in files if os.access(path, os.R_OK) and CANARY in pathlib.Path(path).read_bytes()]


@probe
def processes():
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())


@probe
def places():
    return {path: os.path.exists(path) for path in GIVEN["places"]}


@probe
def through_init():
    return os.listdir(f"/proc/1/root{GIVEN['home']}")


@probe
def descriptors():
    links = {}
    for number in os.listdir("/proc/self/fd"):
        try:
            links[number] = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
    return links


@probe
def identity():
    status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
    names = ("Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")
    return {name: status[name].split() for name in names} | {"people": [person.pw_name for person in pwd.getpwall()]}


@probe
def becoming_root():
    refused = []
    for become in (
        lambda: os.setuid(0),
        lambda: os.setgid(0),
        lambda: os.setgroups([0]),
        lambda: os.setresuid(0, 0, 0),
    ):
        try:
            become()
        except OSError as error:
            refused.append(error.errno)
    program = pathlib.Path("su")
    program.write_bytes(pathlib.Path("/usr/bin/id").read_bytes())
    program.chmod(0o6755)
    return refused, subprocess.run(["./su", "-u"], capture_output=True, text=True).stdout.strip()


@probe
def writing():
    done = []
    for path in (
        *GIVEN["writable"],
        "/x",
        "/dev/x",
        "/etc/x",
        "/usr/x",
        "/proc/sys/kernel/core_pattern",
        "/proc/sysrq-trigger",
        f"{sys.prefix}/x.pth",
        f"{sys.base_prefix}/x",
        os.path.join(os.path.dirname(sys.executable), "x"),
        os.path.join(GIVEN["package"], "x.py"),
        "/proc/1/mem",
    ):
        try:
            with open(path, "wb") as file:
                file.write(b"1")
            done.append(path)
        except OSError:
            continue
    return done


@probe
def devices():
    refused = {}
    for name, mode in (("disk", 0o060600), ("memory", 0o020600)):
        try:
            os.mknod(name, mode, os.makedev(1, 1))
            open(name, "rb").read(1)
            refused[name] = 0
        except OSError as error:
            refused[name] = error.errno
    return refused, sorted(os.listdir("/dev"))


@probe
def escaping():
    calls = {
        "ptrace": 101,
        "process_vm_readv": 310,
        "unshare": 272,
        "setns": 308,
        "mount": 165,
        "umount": 166,
        "chroot": 161,
        "pivot_root": 155,
        "keyctl": 250,
        "bpf": 321,
        "perf_event_open": 298,
        "open_by_handle_at": 304,
        "memfd": 319,
        "io_uring": 425,
        "userfaultfd": 323,
        "init_module": 175,
        "reboot": 169,
        "fsopen": 430,
        "shmget": 29,
    }
    arguments = {
        "ptrace": (16, 1, 0, 0),
        "unshare": (0x10000000,),
        "mount": (b"none", b"/tmp", b"tmpfs", 0, 0),
        "chroot": (b"/tmp",),
        "umount": (b"/proc", 0),
        "memfd": (b"x", 0),
        "io_uring": (8, 0),
        "shmget": (0, 4096, 0o1600),
    }
    if os.uname().machine != "x86_64":
        return {}
    return {name: system(number, *arguments.get(name, (0, 0, 0, 0, 0))) for name, number in calls.items()}


@probe
def namespaces_by_programs():
    tried = {}
    for command in (
        ["unshare", "-U", "true"],
        ["bwrap", "--unshare-user", "--ro-bind", "/", "/", "true"],
        ["mount", "-t", "tmpfs", "x", "/tmp"],
    ):
        try:
            tried[command[0]] = subprocess.run(command, capture_output=True).returncode
        except OSError as error:
            tried[command[0]] = error.errno
    return tried


@probe
def signals():
    refused = []
    for pid in GIVEN["pids"]:
        try:
            os.kill(pid, 0)
        except OSError as error:
            refused.append(type(error).__name__)
    return refused


@probe
def connecting():
    outcome = {}
    for name, family, address in (
        ("tcp", socket.AF_INET, ("127.0.0.1", GIVEN["port"])),
        ("out", socket.AF_INET, ("192.0.2.1", 80)),
        ("abstract", socket.AF_UNIX, "\0" + GIVEN["abstract"]),
        ("path", socket.AF_UNIX, GIVEN["socket"]),
    ):
        with socket.socket(family) as sock:
            sock.settimeout(2)
            try:
                sock.connect(address)
                outcome[name] = "connected"
            except OSError as error:
                outcome[name] = type(error).__name__
    return outcome


@probe
def resolving():
    try:
        return socket.getaddrinfo("example.org", 80)
    except socket.gaierror:
        return "nothing"


@probe
def interfaces():
    return [name for _, name in socket.if_nameindex()], socket.gethostname()


@probe
def other_families():
    outcome = {}
    for name, number in (("vsock", 40), ("packet", 17), ("alg", 38), ("bluetooth", 31)):
        try:
            socket.socket(number, socket.SOCK_STREAM).close()
            outcome[name] = "made"
        except OSError as error:
            outcome[name] = error.errno
    return outcome


@probe
def heirlooms():
    """What the next run would inherit, if it inherited anything."""
    left = []
    for path in (
        os.path.expanduser("~/.ipython/profile_default/startup/0.py"),
        "/tmp/left",
        "/dev/shm/left",
        "sitecustomize.py",
        os.path.expanduser("~/.config/left"),
        os.path.expanduser("~/.local/lib/python3.11/site-packages/left.pth"),
    ):
        try:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "w") as file:
                file.write("raise SystemExit('inherited')")
            left.append(path)
        except OSError:
            continue
    subprocess.Popen(["sleep", "300"], start_new_session=True)
    return left


pathlib.Path("found.json").write_text(json.dumps(found, default=str))
