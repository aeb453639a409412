"""The browser's code, one part at a time; the tests themselves are in TypeScript, beside this file."""

from tests.runner.frontend import covered

COVERED = 80.0


def test_the_parts_of_the_sidebar(vitest, subtests):
    """Every TypeScript test passes, and together they reach most of the code."""
    cases = vitest("frontend_unit", coverage=True)

    assert cases
    for case in cases:
        with subtests.test(case.name):
            assert case.passed, case.said
    assert covered() >= COVERED
