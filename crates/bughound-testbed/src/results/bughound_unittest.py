"""Runs unittest and reports what each test did: a line of JSON for each, to file descriptor 3.

Stands in for `python -m unittest`: what it needs is imported before the tree's folder is on the path, so that nothing in
the tree can stand for it. The descriptor is moved out of the way and is not inherited.
"""

import fcntl
import json
import os
import sys
import unittest
import unittest.runner

NONCE = "@NONCE@"


class Pipe:
    def __init__(self):
        self.fd = fcntl.fcntl(3, fcntl.F_DUPFD_CLOEXEC, 100)
        os.close(3)
        self.n = 0

    def record(self, **fields):
        line = json.dumps({"nonce": NONCE, "n": self.n, **fields}) + "\n"
        self.n += 1
        data = line.encode()
        while data:
            data = data[os.write(self.fd, data):]


PIPE = Pipe()


class Result(unittest.TextTestResult):
    def say(self, test, outcome):
        PIPE.record(what="test", id=test.id(), outcome=outcome)

    def startTest(self, test):
        PIPE.record(what="start", id=test.id())
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        PIPE.record(what="stop", id=test.id())

    def addSuccess(self, test):
        super().addSuccess(test)
        self.say(test, "passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say(test, "failed")

    def addError(self, test, err):
        super().addError(test, err)
        self.say(test, "error")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say(test, "skipped")

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.say(test, "expected_failure")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.say(test, "unexpected_pass")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            is_failure = issubclass(err[0], test.failureException)
            self.say(test, "failed" if is_failure else "error")


class Runner(unittest.TextTestRunner):
    resultclass = Result


if __name__ == "__main__":
    # As `-m` has it.
    sys.path[0] = os.getcwd()
    PIPE.record(what="begin")
    program = unittest.main(module=None, argv=["python -m unittest", *sys.argv[1:]], testRunner=Runner, exit=False)
    PIPE.record(what="end")
    sys.exit(not program.result.wasSuccessful())
