"""The filter of system calls is well formed and says what it should, for each machine."""

from __future__ import annotations

import base64
import struct
from errno import EAFNOSUPPORT, ENOSYS, EPERM

import pytest

from workbench.sandbox import calls
from workbench.sandbox.calls import ALLOW, ERRNO, KILL

WRITE = {"x86_64": 1, "aarch64": 64}


def answer(machine, number, argument=0, architecture=None):
    """What the filter answers to a system call, by executing it as the kernel would."""
    data = base64.b64decode(calls.program(machine))
    steps = [struct.unpack_from("=HBBI", data, place) for place in range(0, len(data), 8)]
    known = architecture or calls._MACHINES[machine][0]
    loaded = {calls.NUMBER: number, calls.ARCHITECTURE: known, calls.FIRST_ARGUMENT: argument}
    value, place = 0, 0
    while True:
        code, yes, no, operand = steps[place]
        place += 1
        if code == calls.RETURN:
            return operand
        if code == calls.LOAD:
            value = loaded[operand]
            continue
        met = {
            calls.EQUAL: value == operand,
            calls.GREATER_OR_EQUAL: value >= operand,
            calls.ANY_BIT: bool(value & operand),
        }[code]
        place += yes if met else no


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_each_call_is_answered_as_it_should(machine):
    """Ordinary calls pass; refused ones fail; clone, socket and prctl depend on what they are asked for."""
    numbers = calls._MACHINES[machine][1]

    assert answer(machine, WRITE[machine]) == ALLOW
    for name, number in numbers.items():
        if name not in ("clone", "socket", "prctl"):
            missing = name in ("clone3", "memfd_create", "shmget")
            assert answer(machine, number) == ERRNO | (ENOSYS if missing else EPERM), name
    assert [answer(machine, numbers["clone"], flags) for flags in (0x11, 0x10000011)] == [ALLOW, ERRNO | EPERM]
    assert [answer(machine, numbers["prctl"], what) for what in (15, 4)] == [ALLOW, ERRNO | EPERM]
    families = [answer(machine, numbers["socket"], family) for family in (1, 2, 10, 16, 40, 38)]
    assert families == [ALLOW] * 4 + [ERRNO | EAFNOSUPPORT] * 2


def test_calls_of_other_machines_are_not_let_through():
    """A call by the numbers of another architecture kills, one of the x32 kind does not exist."""
    assert answer("x86_64", 1, architecture=0x40000003) == KILL
    assert answer("x86_64", 0x40000001) == ERRNO | ENOSYS


def test_an_unknown_machine_has_no_filter():
    """Where the numbers are not known, nothing is filtered rather than the wrong calls."""
    assert calls.program("riscv64") == ""
