"""The steps of a run: each does something to a sink or to the operator and checks what comes of it."""

import time
import traceback

from processes import RunError

STEPS = []


class Left(Exception):
    """The step cannot be done on this cluster; the text says why."""


def step(sentence, is_needed=False):
    """Registers a step under the sentence that must hold; steps run in the order of their registration.

    Without one that is needed the others are not tried.
    """

    def register(action):
        action.is_needed = is_needed
        STEPS.append((sentence, action))
        return action

    return register


def check(holds, problem):
    """Ends the step when what must hold does not."""
    if not holds:
        raise RunError(problem)


def run_all(run, only=None):
    """Runs the steps, or those whose function has one of these names; returns how many passed, failed and were left out."""
    passed = failed = left = 0
    for sentence, action in STEPS:
        if only and action.__name__ not in only:
            continue
        started = time.monotonic()
        try:
            action(run)
        except Left as reason:
            left += 1
            run.say(f"LEFT OUT  {sentence}: {reason}")
        except Exception as error:  # noqa: BLE001: a step that fails in any way is one that failed
            failed += 1
            run.say(f"FAILED    {sentence} ({action.__name__}, {time.monotonic() - started:.1f} s): {error}")
            if not isinstance(error, RunError):
                traceback.print_exc()
            run.tell_state()
            if action.is_needed:
                run.say("the other steps need this one and are not tried")
                break
        else:
            passed += 1
            run.say(f"passed    {sentence} ({time.monotonic() - started:.1f} s)")
    return passed, failed, left
